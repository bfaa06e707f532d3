/* Files over SOAP 1.1, as gSOAP sends them: bytes beside the envelope (MTOM). Its stubs are made from files.h. */
#include "soapH.h"
#include "Files.nsmap"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *NAMES[] = {"drawing.pdf", "note.txt"};
/* A line end, a zero and what looks like a boundary: nothing of it may be lost. */
static const unsigned char DATA[] = "%PDF-1.7\r\n\0--boundary\r\n\x80\xff end\r\n";

static int wsdl(struct soap *soap)
{
  FILE *file = fopen(getenv("WSDL"), "r");
  char buffer[4096];
  size_t length;
  if (!file || !strstr(soap->path, "wsdl")) {
    if (file)
      fclose(file);
    return 404;
  }
  soap->http_content = "text/xml; charset=utf-8";
  soap_response(soap, SOAP_FILE);
  while ((length = fread(buffer, 1, sizeof buffer, file)) > 0)
    soap_send_raw(soap, buffer, length);
  fclose(file);
  return soap_end_send(soap);
}

int f__listFiles(struct soap *soap, struct f__listFilesResponse *out)
{
  out->__sizefile = 2;
  out->file = soap_malloc(soap, sizeof NAMES);
  memcpy(out->file, NAMES, sizeof NAMES);
  return SOAP_OK;
}

int f__getFile(struct soap *soap, char *file, struct f__getFileResponse *out)
{
  if (!file || (strcmp(file, NAMES[0]) && strcmp(file, NAMES[1])))
    return soap_sender_fault(soap, "There is no such file.", NULL);
  out->name = file;
  out->content.__ptr = (unsigned char *)DATA;
  out->content.__size = sizeof DATA - 1;
  out->content.id = "cid:drawing@plm";
  out->content.type = "application/pdf";
  out->content.options = NULL;
  soap_set_mime(soap, NULL, NULL);
  return SOAP_OK;
}

int main(int argc, char **argv)
{
  struct soap *soap = soap_new1(SOAP_ENC_MTOM);
  soap->fget = wsdl;
  soap->bind_flags = SO_REUSEADDR;
  soap->recv_timeout = soap->send_timeout = 1;
  if (argc < 2 || !soap_valid_socket(soap_bind(soap, "127.0.0.1", atoi(argv[1]), 100)))
    return 1;
  while (soap_valid_socket(soap_accept(soap))) {
    soap_serve(soap);
    soap_destroy(soap);
    soap_end(soap);
  }
  return 0;
}
