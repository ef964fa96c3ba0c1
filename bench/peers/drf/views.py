"""The one view."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.peers import duties, place
from bench.peers.drf.operations import submit
from bench.peers.drf.serializers import DeclarationSerializer


class DeclarationView(APIView):
    def post(self, request: Request) -> Response:
        serializer = DeclarationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            status, answer = submit(request.user, serializer.validated_data, place.now())
        except duties.DutyError as error:
            return Response({"detail": str(error)}, status=error.status)
        return Response(answer, status=status)
