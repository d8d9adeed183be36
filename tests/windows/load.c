/* Loads libuplink.dll as a program for Windows does, and makes a call that needs Go's runtime. */
#include <stdio.h>
#include <string.h>
#include <windows.h>

#include "uplink.h"

typedef UplinkAccessResult (*parse_access)(const char *);

int main(void) {
    HMODULE library = LoadLibraryA("libuplink.dll");
    if (library == NULL) {
        fprintf(stderr, "libuplink.dll is not loaded: error %lu\n", GetLastError());
        return 1;
    }
    parse_access parse = (parse_access)(void *)GetProcAddress(library, "uplink_parse_access");
    if (parse == NULL) {
        fprintf(stderr, "libuplink.dll has no uplink_parse_access\n");
        return 1;
    }
    UplinkAccessResult result = parse("nonsense");
    if (result.error == NULL || strstr(result.error->message, "access grant") == NULL) {
        fprintf(stderr, "nonsense is taken for an access\n");
        return 1;
    }
    printf("libuplink.dll says: %s\n", result.error->message);
    return 0;
}
