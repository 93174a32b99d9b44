import pytest

from storage.accounts import Accounts
from storage.accounts_memory import MemoryAccounts
from tests.contracts.accounts_contract import AccountsContract


class TestMemoryAccounts(AccountsContract):
    @pytest.fixture
    def accounts(self) -> Accounts:
        return MemoryAccounts()
