//gsoap f service name: Files
//gsoap f service style: document
//gsoap f service encoding: literal
//gsoap f service namespace: urn:plm:files
//gsoap f service location: http://127.0.0.1:80/
//gsoap f schema elementForm: qualified
#import "xop.h"

typedef char *xsd__string;

struct xsd__base64Binary { unsigned char *__ptr; int __size; char *id; char *type; char *options; };

struct f__listFilesResponse { int __sizefile; xsd__string *file; };
int f__listFiles(struct f__listFilesResponse *out);

struct f__getFileResponse { xsd__string name 1; struct xsd__base64Binary content; };
int f__getFile(xsd__string file 1, struct f__getFileResponse *out);
