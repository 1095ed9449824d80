"""What can be wrong with a policy file, in Vietnamese and English: one row a sentence."""

from __future__ import annotations

from datetime import date

SENTENCES: dict[str, tuple[str, str]] = {
    "not-toml": ("{where}: không phải TOML đúng: {reason}", "{where}: not TOML: {reason}"),
    "unknown-key": ("{where}: khoá lạ {key}", "{where}: unknown key {key}"),
    "unknown-key-in": ("{where}: {table} có khoá lạ {key}", "{where}: {table} has an unknown key {key}"),
    "unknown-limit": (
        "{where}: [limits] có khoá lạ {key}; các giới hạn là {choices}",
        "{where}: [limits] has an unknown key {key}; the limits are {choices}",
    ),
    "not-a-choice": ("{where}: {key} là {value}, không thuộc {choices}", "{where}: {key} is {value}, not one of {choices}"),
    "wrong-kind": (
        "{where}: {key} có giá trị không đúng kiểu: {value}",
        "{where}: {key} has a value of the wrong kind: {value}",
    ),
    "not-a-number": (
        "{where}: {key} là {value}, không phải số nguyên từ {least} đến {most}",
        "{where}: {key} is {value}, not a whole number from {least} to {most}",
    ),
    "not-a-date": (
        "{where}: {key} là {value}, không phải ngày như 2030-12-31",
        "{where}: {key} is {value}, not a date such as 2030-12-31",
    ),
    "algorithm-incomplete": (
        "{where}: [[algorithm]] cần name và một use trong {choices}",
        "{where}: [[algorithm]] needs a name and a use out of {choices}",
    ),
    "algorithm-unknown": (
        "{where}: [[algorithm]] nêu thuật toán không có: {value}; có: {choices}",
        "{where}: [[algorithm]] names an algorithm that there is not: {value}; there are: {choices}",
    ),
    "algorithm-twice": (
        "{where}: hai mục [[algorithm]] cùng name {value}, use {use} và minimum_bits {bits}",
        "{where}: two rows of [[algorithm]] have the same name {value}, use {use} and minimum_bits {bits}",
    ),
    "not-advisory": (
        "{where}: [advisory] nêu {value}, không phải mã ghi nhận mà chính sách được phép hạ xuống mức khuyến cáo",
        "{where}: [advisory] names {value}, which is no code of a finding that a policy can make advisory",
    ),
    "not-an-address": (
        "{where}: [demands] expect_signers có {value}, không phải địa chỉ thư điện tử",
        "{where}: [demands] expect_signers has {value}, not an e-mail address",
    ),
    "key-missing": ("{where}: {table} thiếu khoá {key}", "{where}: {table} needs the key {key}"),
    "list-empty": ("{where}: {key} là danh sách trống", "{where}: {key} is an empty list"),
    "decides-beside-severity": (
        "{where}: {table} có severity {severity} và decides {decides}; chỉ error quyết định, và error phải quyết định",
        "{where}: {table} has severity {severity} and decides {decides}; an error decides, and nothing else does",
    ),
    "not-a-domain": ("{where}: domains có {value}, không phải tên miền", "{where}: domains has {value}, not a domain name"),
    "not-a-fingerprint": (
        "{where}: sha256 có {value}, không phải 64 chữ số thập lục phân",
        "{where}: sha256 has {value}, not 64 hexadecimal digits",
    ),
    "signer-means": (
        "{where}: [[signer]] cần đúng một trong {choices}",
        "{where}: [[signer]] needs exactly one of {choices}",
    ),
    "signer-twice": (
        "{where}: [[signer]] nêu {value} hai lần",
        "{where}: [[signer]] names {value} twice",
    ),
    "not-a-moment": (
        "{where}: {key} là {value}, thiếu múi giờ như +07:00",
        "{where}: {key} is {value}, without an offset such as +07:00",
    ),
    "profile-reserved": (
        "{where}: tên {value} dành cho loại văn bản đi kèm chương trình; hãy đặt name khác",
        "{where}: the name {value} belongs to a profile that comes with the program; give another name",
    ),
    "not-a-profile": (
        "{where}: profile là {value}, không thuộc {choices}, cũng không phải tên tệp .toml",
        "{where}: profile is {value}, not one of {choices}, nor the name of a .toml file",
    ),
    "name-empty": ("{where}: name để trống", "{where}: the name is empty"),
    "name-reserved": (
        "{where}: tên {value} dành cho chính sách đi kèm chương trình; hãy đặt name khác",
        "{where}: the name {value} belongs to a policy that comes with the program; give another name",
    ),
}


class PolicyError(ValueError):
    """A policy file that cannot be used. `str()` is English; `text("vi")` says it in Vietnamese."""

    def __init__(self, code: str, where: str, **facts: object) -> None:
        super().__init__(code, where, facts)
        self.code = code
        self.facts = {"where": where} | facts

    def text(self, language: str = "vi") -> str:
        return SENTENCES[self.code][1 if language == "en" else 0].format(**self.facts)

    def __str__(self) -> str:
        return self.text("en")


def written(value: object) -> str:
    """A value as people write it in TOML: dates as 2030-12-31."""
    return value.isoformat() if isinstance(value, date) else repr(value)
