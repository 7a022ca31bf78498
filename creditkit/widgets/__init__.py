"""Views for JupyterLab. They show what the model says and pass on what the user does."""
