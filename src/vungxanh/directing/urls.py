"""Addresses of `directing`, below /chi-dao/."""

from django.urls import path

from vungxanh.directing.views import guidance, questions, recommendations, recording, supervision

app_name = "directing"
urlpatterns = [
    path("hoi-dap/", questions.question_list, name="question_list"),
    path("hoi-dap/dat/", questions.question_ask, name="question_ask"),
    path("hoi-dap/da-dang/<uuid:key>/", questions.published_page, name="published_page"),
    path("hoi-dap/<uuid:key>/", questions.question_page, name="question_page"),
    path("hoi-dap/<uuid:key>/<slug:verb>/", questions.question_move, name="question_move"),
    path("huong-dan/", guidance.guidance_list, name="guidance_list"),
    path("huong-dan/soan/", guidance.guidance_draft, name="guidance_draft"),
    path("huong-dan/<uuid:key>/", guidance.guidance_page, name="guidance_page"),
    path("huong-dan/<uuid:key>/sua/", guidance.guidance_change, name="guidance_change"),
    path("huong-dan/<uuid:key>/tep/", guidance.guidance_file, name="guidance_file"),
    path("huong-dan/<uuid:key>/docx/", guidance.guidance_docx, name="guidance_docx"),
    path("huong-dan/<uuid:key>/pdf/", guidance.guidance_pdf, name="guidance_pdf"),
    path("huong-dan/<uuid:key>/<slug:verb>/", guidance.guidance_move, name="guidance_move"),
    path("kiem-tra/", supervision.supervision_list, name="supervision_list"),
    path("kiem-tra/xlsx/", supervision.supervision_xlsx, name="supervision_xlsx"),
    path("kiem-tra/moi/", supervision.supervision_plan, name="supervision_plan"),
    path("kiem-tra/anh/<uuid:key>/", supervision.photograph, name="photograph"),
    path("kiem-tra/<uuid:key>/", supervision.supervision_page, name="supervision_page"),
    path("kiem-tra/<uuid:key>/sua/", supervision.supervision_change, name="supervision_change"),
    path("kiem-tra/<uuid:key>/ghi/", recording.supervision_record, name="supervision_record"),
    path("kiem-tra/<uuid:key>/bien-ban/", supervision.minutes_page, name="minutes_page"),
    path("kiem-tra/<uuid:key>/bien-ban/docx/", supervision.minutes_docx, name="minutes_docx"),
    path("kiem-tra/<uuid:key>/bien-ban/pdf/", supervision.minutes_pdf, name="minutes_pdf"),
    path("kiem-tra/<uuid:key>/<slug:verb>/", supervision.supervision_move, name="supervision_move"),
    path("kien-nghi/", recommendations.recommendation_list, name="recommendation_list"),
    path("kien-nghi/<int:pk>/", recommendations.recommendation_page, name="recommendation_page"),
    path("kien-nghi/<int:pk>/<slug:verb>/", recommendations.recommendation_move, name="recommendation_move"),
    path("kien-nghi/<str:code>/<day:day>/", recommendations.unit_recommendations, name="unit_recommendations"),
]
