"""Log lines for machines."""

import json
import logging
import re
from datetime import UTC, datetime


class JsonFormatter(logging.Formatter):
    """One JSON object a line: at, level, logger, message and, where there is one, the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


_LINK = re.compile(r"(/kits/dl/)[^/\s?\"']+")


class HideLinks(logging.Filter):
    """Take the secret out of the addresses given to download tools: who reads a log must not be able to follow them."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "/kits/dl/" in message:
            record.msg, record.args = _LINK.sub(r"\1…", message), ()
        return True
