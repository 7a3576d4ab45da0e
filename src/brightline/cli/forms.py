"""Forms as files: one mapping in YAML or JSON, read the same way by every command that takes one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
import yaml

from brightline.model import yml
from brightline.model.errors import BadInput


def read_form(path: Path, field: str, needs: str) -> dict[str, Any]:
    """The mapping in a file, `-` for standard input; dates of YAML become the text that JSON has for them.

    `field` names the argument in an error, `needs` says what the file must hold. Raises BadInput.
    """
    try:
        text = typer.get_text_stream("stdin").read() if str(path) == "-" else path.read_text("utf-8")
        found = yml.read(text)
    except OSError as fault:
        raise BadInput(field, f"{path} can't be read: {fault.strerror}.", f"Check the path. {needs}") from fault
    except (UnicodeDecodeError, yaml.YAMLError) as fault:
        raise BadInput(field, f"{path} is neither YAML nor JSON{yml.where(fault)}.", needs) from fault
    if not isinstance(found, dict):
        raise BadInput(field, f"{path} holds no fields.", needs)
    return {str(key): _plain(part) for key, part in found.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
