"""What a request must look like; what the form in force asks is checked by `duties`."""

from typing import Any

from rest_framework import serializers

from bench.peers import duties, place


class DeclarationSerializer(serializers.Serializer):  # type: ignore[type-arg]
    client_uuid = serializers.UUIDField()
    window = serializers.ChoiceField(["ARRIVAL", "LEAVING"])
    site = serializers.CharField(required=False, allow_null=True, max_length=40)
    declared_at = serializers.DateTimeField()
    temperature_c = serializers.FloatField(required=False, allow_null=True)
    answers = serializers.JSONField()
    attested = serializers.BooleanField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(attrs["answers"], dict):
            raise serializers.ValidationError({"answers": "an object of questions and answers"})
        attrs["declared_at"] = duties.milliseconds(attrs["declared_at"])
        try:
            duties.check(
                attrs["declared_at"], attrs["answers"], attrs.get("temperature_c"), attrs["attested"], place.now()
            )
        except duties.DutyError as error:
            raise serializers.ValidationError(str(error)) from error
        return attrs
