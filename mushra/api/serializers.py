"""What a rating looks like on the wire."""

from typing import Any

from rest_framework import serializers

from mushra.services.sittings import Evidence, NewRating


class EvidenceSerializer(serializers.Serializer[Any]):
    """How the stimulus was listened to before it was rated."""

    plays = serializers.IntegerField(min_value=0)
    heard_s = serializers.FloatField(min_value=0, max_value=86_400)
    switches = serializers.IntegerField(min_value=0)
    loops = serializers.IntegerField(min_value=0)


class RatingSerializer(serializers.Serializer[Any]):
    """A score 0-100 for a stimulus, numbered so that sending it twice saves it once."""

    stimulus = serializers.CharField(max_length=64)
    sequence = serializers.IntegerField(min_value=1, max_value=1_000_000)
    score = serializers.IntegerField(min_value=0, max_value=100)
    evidence = EvidenceSerializer()

    def new_rating(self) -> NewRating:
        """The validated rating as the service takes it."""
        data = self.validated_data
        return NewRating(
            stimulus_token=data["stimulus"],
            sequence=data["sequence"],
            score=data["score"],
            evidence=Evidence(**data["evidence"]),
        )
