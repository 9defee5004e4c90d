"""The study's pages: plain HTML forms that work with keyboard, screen reader and without script."""

import html

from gpvton.evaluation.study.store import Trial

_STYLE = """
:root{color-scheme:light}
body{font:18px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:0 auto;
max-width:84rem;padding:.75rem}
h1{font-size:1.25rem;margin:.25rem 0}
.given,.choices{display:flex;gap:1rem;justify-content:center;flex-wrap:wrap}
figure{margin:0;text-align:center}
.given img{max-height:26vh;max-width:44vw}
.choices{margin-top:.75rem}
.choices button{flex:0 1 auto;padding:.5rem}
.choices img{display:block;max-height:48vh;max-width:42vw;margin:0 auto .4rem}
button,input{font:inherit;border:2px solid #1a1a1a;border-radius:.5rem;background:#fff;
color:#1a1a1a;padding:.4rem 1rem;min-height:44px}
button{cursor:pointer}
button:hover{background:#eef4ff}
:focus-visible{outline:4px solid #0b57d0;outline-offset:2px}
progress{width:100%}
kbd{border:1px solid #767676;border-radius:.25rem;padding:0 .35rem}
"""
_SCRIPT = """
const keys={'1':'left','ArrowLeft':'left','2':'right','ArrowRight':'right','0':'tie'};
document.addEventListener('keydown',event=>{
  if(event.repeat||event.ctrlKey||event.altKey||event.metaKey)return;
  const button=document.querySelector(`button[value="${keys[event.key]}"]`);
  if(button){event.preventDefault();button.click();}
});
"""


def entry_page(message: str = "") -> str:
    """Asks for the rater's name or code."""
    note = f"<p role='alert'>{html.escape(message)}</p>" if message else ""
    return _page(
        "Which picture is better?",
        f"{note}<p>You will see a person, a garment, and two pictures of that person wearing that "
        "garment. Choose the better picture: the right garment, worn naturally, and the person "
        "unchanged. You can stop at any time and go on later with the same name or code.</p>"
        "<form method='post' action='/enter'><label for='rater'>Your name or code</label> "
        "<input id='rater' name='rater' required maxlength='60' autocomplete='off' autofocus> "
        "<button>Begin or go on</button></form>",
    )


def trial_page(trial: Trial, rater: str, shown: float, ties: bool) -> str:
    """One question.  shown: server's time in seconds, to know how long the answer took."""
    number, total = trial.position + 1, trial.total
    tie = (
        "<button name='choice' value='tie'>No difference (key <kbd>0</kbd>)</button>"
        if ties
        else ""
    )
    return _page(
        f"Question {number} of {total}",
        f"<progress value='{trial.position}' max='{total}' aria-label='answered'></progress>"
        "<div class='given'>"
        f"<figure><img src='/picture/{trial.person}' alt='the person'>"
        "<figcaption>Person</figcaption></figure>"
        f"<figure><img src='/picture/{trial.garment}' alt='the garment'>"
        "<figcaption>Garment</figcaption></figure></div>"
        "<form method='post' action='/answer' aria-label='Which picture is better?'>"
        f"<input type='hidden' name='position' value='{trial.position}'>"
        f"<input type='hidden' name='shown' value='{shown:.3f}'>"
        f"<div class='choices'>{_choice('left', trial.left, 1)}{_choice('right', trial.right, 2)}"
        f"</div><p style='text-align:center'>{tie}</p></form>"
        f"<form method='post' action='/leave'><p>You are {html.escape(rater)}. Every answer is "
        "kept at once. <button>Stop, or change the name</button></p></form>",
        script=_SCRIPT,
    )


def end_page(rater: str) -> str:
    """After the last question."""
    return _page(
        "Thank you",
        f"<p>All questions are answered, {html.escape(rater)}. You can close this page.</p>"
        "<form method='post' action='/leave'><button>Another rater</button></form>",
    )


def _choice(side: str, picture: str, key: int) -> str:
    return (
        f"<button name='choice' value='{side}'><img src='/picture/{picture}' "
        f"alt='the result on the {side}'>{side.capitalize()} is better (key <kbd>{key}</kbd>)"
        "</button>"
    )


def _page(title: str, body: str, script: str = "") -> str:
    code = f"<script>{script}</script>" if script else ""
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{html.escape(title)}</h1>{body}</main>{code}</body></html>"
    )
