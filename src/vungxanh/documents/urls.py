"""Addresses of papers."""

from django.urls import path

from vungxanh.documents.views import batches, checking, files, incoming, numbering, papers, register, word

app_name = "documents"
urlpatterns = [
    path("", papers.paper_list, name="paper_list"),
    path("kiem-tra/", checking.check_start, name="check_start"),
    path("kiem-tra/<str:code>/", checking.paper_check, name="paper_check"),
    path("so-di/", register.paper_register, name="paper_register"),
    path("so-di/xlsx/", register.paper_register_xlsx, name="paper_register_xlsx"),
    path("so-den/", incoming.incoming_register, name="incoming_register"),
    path("so-den/xlsx/", incoming.incoming_register_xlsx, name="incoming_register_xlsx"),
    path("so-den/<str:code>/moi/", incoming.incoming_add, name="incoming_add"),
    path("so-den/<str:code>/<int:year>/bat-dau/", incoming.incoming_start, name="incoming_start"),
    path("den/<int:pk>/", incoming.incoming_page, name="incoming_page"),
    path("den/<int:pk>/sua/", incoming.incoming_correct, name="incoming_correct"),
    path("den/<int:pk>/chuyen/", incoming.incoming_hand, name="incoming_hand"),
    path("den/<int:pk>/giai-quyet/", incoming.incoming_close, name="incoming_close"),
    path("den/<int:pk>/mo-lai/", incoming.incoming_reopen, name="incoming_reopen"),
    path("den/<int:pk>/gach/", incoming.incoming_strike, name="incoming_strike"),
    path("den/<int:pk>/ban-quet/", incoming.incoming_scan, name="incoming_scan"),
    path("den/<int:pk>/ban-quet/<int:scan>/", incoming.incoming_scan_file, name="incoming_scan_file"),
    path("so-van-ban/", numbering.number_books, name="number_books"),
    path("so-van-ban/<str:code>/<int:year>/", numbering.number_book, name="number_book"),
    path("so-van-ban/<str:code>/<int:year>/bat-dau/", numbering.number_start, name="number_start"),
    path("nhieu-don-vi/", batches.batch_list, name="batch_list"),
    path("nhieu-don-vi/moi/", batches.batch_order, name="batch_order"),
    path("nhieu-don-vi/<uuid:key>/", batches.batch_page, name="batch_page"),
    path("nhieu-don-vi/<uuid:key>/huy/", batches.batch_cancel, name="batch_cancel"),
    path("nhieu-don-vi/<uuid:key>/zip/", batches.batch_zip, name="batch_zip"),
    path("<int:pk>/", papers.paper_page, name="paper_page"),
    path("<int:pk>/trang/<int:number>/", papers.paper_picture, name="paper_picture"),
    path("<int:pk>/pdf/", papers.paper_pdf, name="paper_pdf"),
    path("<int:pk>/docx/", papers.paper_docx, name="paper_docx"),
    path("<int:pk>/sua/", papers.paper_edit, name="paper_edit"),
    path("<int:pk>/ban-hanh/", papers.paper_issue, name="paper_issue"),
    path("<int:pk>/ban-ky/", files.paper_signed, name="paper_signed"),
    path("<int:pk>/ban-ky/<int:file>/", files.paper_signed_file, name="paper_signed_file"),
    path("<int:pk>/tu-word/", word.paper_word, name="paper_word"),
    path("<int:pk>/tu-word/<uuid:key>/", word.word_return, name="word_return"),
    path("<int:pk>/tu-word/<uuid:key>/nhan/", word.word_return_take, name="word_return_take"),
    path("<int:pk>/tu-word/<uuid:key>/bo/", word.word_return_discard, name="word_return_discard"),
    path("<int:pk>/tu-word/<uuid:key>/docx/", word.word_return_docx, name="word_return_docx"),
    path("<int:pk>/thu-hoi/", papers.paper_withdraw, name="paper_withdraw"),
    path("<int:pk>/soan-lai/", papers.paper_redraft, name="paper_redraft"),
]
