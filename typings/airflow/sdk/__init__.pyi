class Connection:
    password: str | None

class BaseHook:
    @classmethod
    def get_connection(cls, conn_id: str) -> Connection: ...
