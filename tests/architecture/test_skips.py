"""Where nothing may be skipped, only what no package and no setting could make possible may."""

from tests.conftest import is_allowed
from tests.support import machines
from tests.support.redis_server import NO_BINARY


def test_only_what_the_machine_cannot_do_may_be_skipped() -> None:
    assert is_allowed(f"Skipped: {machines.CANNOT}network namespaces need root")
    for missing in (NO_BINARY, machines.NO_IP, "../shared/data is not beside this checkout"):
        assert not is_allowed(f"Skipped: {missing}")
