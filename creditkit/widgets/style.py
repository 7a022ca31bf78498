"""One style sheet for all views, in the colours of JupyterLab's theme, light or dark."""

CSS = """
.ck{color:var(--jp-content-font-color1,#212121);font-size:var(--jp-content-font-size1,14px);
line-height:1.6;font-family:var(--jp-content-font-family,system-ui),"Noto Sans SC",
"Microsoft YaHei","PingFang SC",sans-serif;overflow-wrap:anywhere}
.ck p,.ck ul,.ck ol,.ck dl{margin:.3em 0}
.ck h3{font-size:1.35em;margin:.1em 0}.ck h4{font-size:1.1em;margin:.2em 0 .4em}
.ck h5,.ck .ck-minor{font-size:1em;margin:.8em 0 .2em;color:var(--jp-content-font-color2,#555)}
.ck dt,.ck dd{float:none;width:auto;padding:0;margin:0;display:block;clear:none}
.ck-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.ck-player{max-width:76rem;border:1px solid var(--jp-border-color2,#ccc);border-radius:10px;
padding:14px 18px;background:var(--jp-layout-color1,#fff)}
.ck-player .widget-box{overflow:visible}
.ck-player .widget-html-content{width:100%}.ck-player .widget-html{width:100%;margin:0;height:auto}
.ck-columns{display:flex;flex-flow:row wrap;gap:18px;align-items:flex-start}
.ck-columns>.ck-left{flex:3 1 26rem;min-width:0}.ck-columns>.ck-right{flex:2 1 20rem;min-width:0}
.ck-facts,.ck-quiet{color:var(--jp-content-font-color2,#555)}
.ck ol.ck-phases{display:flex;flex-wrap:wrap;gap:6px;list-style:none;padding:0;margin:.5em 0}
.ck-phases li{border:1px solid var(--jp-border-color1,#999);border-radius:8px;padding:2px 12px}
.ck-phases small{display:block;font-size:.85em}
.ck-phases .ck-now{background:var(--ck-accent,#0b57a4);border-color:var(--ck-accent,#0b57a4);
color:#fff;font-weight:600}
.ck-phases .ck-done span:first-child::before{content:"✓ "}
.ck-phases .ck-ahead{color:var(--jp-content-font-color2,#555)}
.ck-clock{display:inline-block;border:1px solid var(--jp-border-color1,#999);border-radius:8px;
padding:0 10px}.ck-late{border-color:#c77700;font-weight:600}
.ck-opening details{padding:.2em 0}.ck summary{cursor:pointer;font-weight:600;padding:2px 0}
.ck-result{border-inline-start:5px solid;border-radius:4px;padding:6px 12px;margin:8px 0;
background:var(--jp-layout-color2,#f3f3f3)}
.ck-ok{border-color:#1a7f4b}.ck-refused{border-color:#c77700}
.ck-said{margin:.5em 0}.ck-said .ck-asked{color:var(--jp-content-font-color2,#555);margin:0}
.ck-said blockquote{margin:.15em 0;padding:.1em .8em;border:0;
border-inline-start:3px solid var(--jp-border-color1,#999);font-size:1.06em;color:inherit}
.ck-said .ck-who{font-size:.86em;color:var(--jp-content-font-color2,#555)}
.ck-said .ck-who::before{content:"— "}
.ck-ref{font-size:.78em;color:var(--jp-content-font-color2,#555);white-space:nowrap}
.ck-file{border:1px solid var(--jp-border-color2,#ccc);border-radius:8px;padding:8px 14px;
background:var(--jp-layout-color1,#fff)}
.ck-scroll{max-height:34rem;overflow:auto}
.ck-file dt{font-weight:600;margin-top:.5em}.ck-file dd{margin:0 0 .2em}
.ck-on,.ck-off{font-size:.78em;font-weight:400;border-radius:6px;padding:0 6px;
border:1px solid;white-space:nowrap}
.ck-on{color:#1a7f4b}.ck-off{color:#b25e00}
[data-jp-theme-light="false"] .ck-on{color:#6fd39b}
[data-jp-theme-light="false"] .ck-off{color:#ffb74d}
[data-jp-theme-light="false"] .ck-player{--ck-accent:#1f6fc4}
.ck-form{border-top:1px solid var(--jp-border-color2,#ccc);padding-top:8px}
.ck-form .widget-label{font-weight:600}
.ck-form .jupyter-widgets.widget-dropdown,.ck-form .jupyter-widgets.widget-textarea{
display:flex;flex-flow:column;align-items:stretch;width:100%;height:auto;margin:4px 0}
.ck-form .widget-dropdown>label,.ck-form .widget-textarea>label{width:auto;text-align:start;
height:auto;color:var(--jp-content-font-color1,#212121);max-width:none}
.ck-form .jupyter-widgets.widget-text{display:flex;flex-flow:column;align-items:stretch;
width:100%;height:auto;margin:4px 0}
.ck-form .widget-text>label{width:auto;text-align:start;height:auto;max-width:none;
color:var(--jp-content-font-color1,#212121)}
.ck-form .widget-text>input{height:34px;font-size:1em;flex:none;max-width:36rem}
.ck-form .widget-dropdown>label,.ck-form .widget-text>label{white-space:normal;line-height:1.45}
.ck-cells{flex-flow:row wrap;gap:10px}.ck-cells .jupyter-widgets.widget-dropdown,
.ck-cells .jupyter-widgets.widget-text{flex:1 1 9rem;width:auto}
.ck-exercises .ck-buttons{flex-flow:row wrap;gap:8px}
.ck-exercises .ck-buttons .jupyter-button{width:auto;height:36px;font-size:1em}
.ck-exercises>.jupyter-button{width:auto;height:36px;font-size:1em;align-self:flex-start}
.ck-options ol{margin:.2em 0 .4em;padding-inline-start:2em}
.ck-options li{padding:2px 0}
.ck-form .widget-dropdown>select{height:34px;font-size:1em;flex:none;max-width:none}
.ck-form .widget-textarea>textarea{min-height:4.2em;font-size:1em}
.ck-form .widget-checkbox{width:100%;height:auto;margin:1px 0}
.ck-form .widget-checkbox label{display:flex;gap:8px;white-space:normal;height:auto;
line-height:1.45;padding:3px 0;cursor:pointer;color:var(--jp-content-font-color1,#212121)}
.ck-form .widget-checkbox input{width:17px;height:17px;flex:none;margin:2px 0}
.ck-form .jupyter-button{min-width:9em;width:auto;height:36px;font-size:1em;align-self:flex-start;
margin-top:8px}
.ck-form .ck-quiet{margin:4px 0 6px}
.ck-player .ck-submit.jupyter-button{background:var(--ck-accent,#0b57a4);color:#fff;font-weight:600}
.ck-player :focus-visible{outline:3px solid #ffa000!important;outline-offset:2px}
.ck-downloads a{margin-inline-end:.8em;color:var(--jp-content-link-color,#0b57a4);
text-decoration:underline}
.ck-debrief{border-top:2px solid var(--jp-border-color1,#999);margin-top:12px;padding-top:8px}
.ck-total{font-size:1.6em;font-weight:700}
.ck-story dt{font-weight:600;margin-top:.4em}.ck-story dd{margin:0}
.ck-picture{max-width:100%;border-radius:6px;margin:8px 0}
.ck-debrief summary{display:grid;grid-template-columns:minmax(9em,16em) 1fr 6.5em;gap:12px;
align-items:center;list-style:none}
.ck-debrief summary meter{width:100%;height:1.1em}.ck-points{text-align:end}
.ck-debrief summary::before{content:none}
.ck table{border-collapse:collapse;width:100%;table-layout:auto;font-size:.95em;margin:.3em 0 .8em}
.ck th,.ck td{border:1px solid var(--jp-border-color2,#ccc);padding:4px 8px;text-align:start;
vertical-align:top;white-space:normal;overflow-wrap:break-word}
.ck thead th{background:var(--jp-layout-color2,#f3f3f3)}.ck th[scope=row]{font-weight:600}
.ck td.ck-num,.ck td.ck-ref{white-space:nowrap}
.ck-wide{overflow-x:auto}.ck-wide td:last-child{min-width:5.5em}
.ck-said-by td:first-child{min-width:8em}
.ck-findings td:first-child{min-width:3.2em}.ck-findings td:nth-child(2){min-width:5em}
.ck-register{overflow-x:auto}.ck-register td:nth-child(6){min-width:9em}
.ck-verdict{font-weight:400;font-size:.85em;border-radius:6px;
padding:0 6px;border:1px solid}
.ck-right .ck-verdict,.ck tr.ck-right .ck-verdict{color:#1a7f4b}
.ck tr.ck-partly .ck-verdict{color:#b25e00}.ck tr.ck-missed .ck-verdict{color:#6b7280}
.ck tr.ck-wrong .ck-verdict{color:#c62828}
[data-jp-theme-light="false"] .ck tr.ck-right .ck-verdict{color:#6fd39b}
[data-jp-theme-light="false"] .ck tr.ck-partly .ck-verdict{color:#ffb74d}
[data-jp-theme-light="false"] .ck tr.ck-missed .ck-verdict{color:#b0b7c3}
[data-jp-theme-light="false"] .ck tr.ck-wrong .ck-verdict{color:#ff8a80}
.ck-essay textarea{min-height:15em!important;line-height:1.6}
.ck-essay mark{background:#fff3b0;color:#212121;border-radius:3px;padding:0 1px}
.ck-essay mark.ck-against{background:#ffd6d6}
.ck-essay mark sup{font-size:.62em;color:#5a4a00;margin-inline-start:2px}
.ck-answer{white-space:pre-wrap;max-height:26rem;overflow:auto}
.ck-areas meter{width:7em;height:.9em}.ck-areas li{margin:.2em 0}
.ck tr.ck-doubtful .ck-verdict{color:#6a4fb3}
[data-jp-theme-light="false"] .ck tr.ck-doubtful .ck-verdict{color:#c5b3ff}
.ck-large .ck{font-size:23px;line-height:1.5}.ck-huge .ck{font-size:32px;line-height:1.45}
.ck-large.ck-player,.ck-huge.ck-player{max-width:none}
.ck-large :is(.jupyter-button,.widget-label,select,textarea){font-size:18px}
.ck-huge :is(.jupyter-button,.widget-label,select,textarea){font-size:24px}
.ck-player.ck-screen .widget-dropdown,.ck-player.ck-screen select{height:auto}
.ck-player.ck-screen .jupyter-button{height:auto;min-height:2.2em;line-height:1.5;width:auto;
padding:4px 1em;white-space:normal}
.ck-moves{flex-flow:row wrap;gap:10px;align-items:center;margin:8px 0}
.ck-screen .ck-stage{min-height:9em}.ck-screen .ck-stage h3{margin-bottom:.4em}
.ck-stage blockquote{margin:.4em 0;padding:.1em .7em;border:0;
border-inline-start:6px solid var(--ck-accent,#0b57a4);font-size:1.15em;color:inherit}
.ck-stage .ck-asked{color:var(--jp-content-font-color2,#555)}
.ck-stage .ck-before{font-size:.72em}.ck-stage .ck-told{color:#1a7f4b;font-weight:700}
[data-jp-theme-light="false"] .ck-stage .ck-told{color:#6fd39b}
.ck-stage .ck-why{font-size:.8em;color:var(--jp-content-font-color2,#555)}
.ck-code{font-family:var(--jp-code-font-family,monospace);font-size:1.5em;font-weight:700}
@media print{.ck-form,.ck-downloads{display:none}}
"""
STYLE = f"<style>{CSS}</style>"
