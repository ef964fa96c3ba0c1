"""Addresses of papers."""

from django.urls import path

from vungxanh.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.paper_list, name="paper_list"),
    path("<int:pk>/", views.paper_page, name="paper_page"),
    path("<int:pk>/trang/<int:number>/", views.paper_picture, name="paper_picture"),
    path("<int:pk>/pdf/", views.paper_pdf, name="paper_pdf"),
    path("<int:pk>/docx/", views.paper_docx, name="paper_docx"),
    path("<int:pk>/sua/", views.paper_edit, name="paper_edit"),
    path("<int:pk>/ban-hanh/", views.paper_issue, name="paper_issue"),
    path("<int:pk>/thu-hoi/", views.paper_withdraw, name="paper_withdraw"),
    path("<int:pk>/soan-lai/", views.paper_redraft, name="paper_redraft"),
]
