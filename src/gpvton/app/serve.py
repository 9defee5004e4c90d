"""Opens the page on this computer: no analytics, no fonts or scripts from elsewhere."""

import importlib.util
import os
from typing import Any

from gpvton.domain.errors import MissingExtraError, OutputError
from gpvton.pipeline import TryOn

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "worker-src 'self' blob:; connect-src 'self' data: blob:; font-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'self'"
)
"""Content security policy: the browser itself refuses to fetch from anywhere else."""


_WORDS = {"upload_text.drop_gallery": "Drop Pictures Here"}
"""In place of words of Gradio's that say something else."""
_COLOURS = {
    "body_text_color_subdued": "*neutral_600",
    "body_text_color_subdued_dark": "*neutral_300",
    "block_label_text_color": "*neutral_700",
    "block_label_text_color_dark": "*neutral_200",
    "button_primary_background_fill": "*primary_600",
    "button_primary_background_fill_dark": "*primary_600",
    "button_primary_background_fill_hover": "*primary_700",
    "button_primary_background_fill_hover_dark": "*primary_700",
}
"""Where Gradio's own are too faint to read (WCAG 2.2, 1.4.3)."""


def serve(
    try_on: TryOn,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    block: bool = True,
) -> tuple[str, Any]:
    """Serve the fitting room; gives its address and the page, which `close()` ends.

    Raises MissingExtraError without Gradio, OutputError when the port is taken.
    """
    _keep_to_ourselves()
    require_gradio()
    from gradio import I18n, themes

    from gpvton.app.handles import HERE
    from gpvton.app.page import build

    page = build(try_on)
    system = ("system-ui", "sans-serif")
    try:
        app, address, _ = page.queue().launch(
            server_name=host,
            server_port=port,
            inbrowser=open_browser,
            prevent_thread_lock=True,
            share=False,
            quiet=True,
            footer_links=[],
            ssr_mode=False,
            pwa=False,
            i18n=I18n(en=_WORDS),
            theme=themes.Base(
                primary_hue="indigo", font=system, font_mono=("ui-monospace", "monospace")
            ).set(**_COLOURS),
            css_paths=str(HERE / "page.css"),
            allowed_paths=[str(HERE.parent / "samples")],
        )
    except OSError as error:
        raise OutputError(
            f"port {port} on {host} cannot be used: {error}; choose another with --port"
        ) from error
    _restrict(app)
    if block:
        page.block_thread()
    return address, page


def require_gradio() -> None:
    """Raises MissingExtraError when Gradio is not installed."""
    if importlib.util.find_spec("gradio") is None:
        raise MissingExtraError(
            "the fitting room needs Gradio, which is not installed; "
            "install it with: pip install 'gpvton[app]'"
        )


def _keep_to_ourselves() -> None:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


def _restrict(app: Any) -> None:
    """Adds the policy to every answer of the running page."""
    from starlette.middleware.base import BaseHTTPMiddleware
    from starlette.requests import Request

    async def add(request: Request, following: Any) -> Any:
        answer = await following(request)
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    app.middleware_stack = BaseHTTPMiddleware(
        app.middleware_stack or app.build_middleware_stack(), add
    )
