"""Nested messages of schemas, made flat."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validates_schema

from engine.field_messages import WHOLE_OR_ENTRY, dotted, first_message, flat_messages


class _Line(Schema):
    key = fields.String(required=True)
    value = fields.Integer(required=True)


class _Order(Schema):
    lines = fields.List(fields.Nested(_Line))
    rates = fields.Dict(keys=fields.String(), values=fields.Integer())

    @validates_schema(skip_on_field_errors=False)
    def _refuse(self, _data: object, **_: object) -> None:
        raise ValidationError("Nothing will do.")


def messages() -> dict[str, object]:
    try:
        _Order().load({"lines": [{"key": "a", "value": 1}, {"key": 2}], "rates": {"EUR": "x"}, "more": 1})
    except ValidationError as error:
        found: dict[str, object] = error.messages_dict
        return found
    raise AssertionError("wrong data was accepted")


def test_every_message_has_the_path_of_its_field() -> None:
    found = {dotted(path): said for path, said in flat_messages(messages())}
    assert found == {
        "": "Nothing will do.",
        "lines.1.key": "Not a valid string.",
        "lines.1.value": "Missing data for required field.",
        "rates.EUR.value": "Not a valid integer.",
        "more": "Unknown field.",
    }


def test_the_sides_of_a_free_mapping_are_left_out_where_asked() -> None:
    paths = [path for path, _ in flat_messages(messages()["rates"], skipped=WHOLE_OR_ENTRY)]
    assert paths == [("EUR",)]


def test_the_first_message_is_that_of_the_first_path_and_names_even_the_whole() -> None:
    assert first_message(messages()) == ("_schema", "Nothing will do.")
    assert first_message({"b": ["Two."], "a": {1: ["Eleven."], 0: {"z": ["One.", "Again."]}}}) == ("a.0.z", "One.")
