import json
from typing import Any

class FilesystemJSONEncoder(json.JSONEncoder):
    def make_serializable(self, obj: Any) -> Any: ...
