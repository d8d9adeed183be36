/* Loads libuplink.dll as a program for Windows does, makes a call that needs Go's runtime, and is woken by a socket when an
 * operation has ended. */
#include <stdio.h>
#include <string.h>
#include <winsock2.h>
#include <windows.h>

#include "uplink.h"

typedef UplinkAccessResult (*parse_access)(const char *);
typedef UplinkQueueResult (*open_queue)(int64_t);
typedef void (*start_stat_bucket)(UplinkOperation *, UplinkProject *, const char *);
typedef size_t (*drain)(UplinkQueue *, UplinkOperation *, size_t);

/* Winsock has no socketpair. */
static int connected(SOCKET ends[2]) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int size = sizeof address;
    SOCKET listener = socket(AF_INET, SOCK_STREAM, 0);
    ends[1] = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1) ||
        getsockname(listener, (struct sockaddr *)&address, &size) ||
        connect(ends[1], (struct sockaddr *)&address, size)) {
        return 0;
    }
    ends[0] = accept(listener, NULL, NULL);
    return ends[0] != INVALID_SOCKET;
}

static int woken(HMODULE library) {
    WSADATA data;
    SOCKET ends[2];
    if (WSAStartup(MAKEWORD(2, 2), &data) || !connected(ends)) {
        fprintf(stderr, "no sockets: error %d\n", WSAGetLastError());
        return 0;
    }
    open_queue open = (open_queue)(void *)GetProcAddress(library, "uplink_open_queue");
    start_stat_bucket start = (start_stat_bucket)(void *)GetProcAddress(library, "uplink_start_stat_bucket");
    drain take = (drain)(void *)GetProcAddress(library, "uplink_queue_drain");
    UplinkQueueResult queue = open((int64_t)ends[1]);
    UplinkOperation operation = {.queue = queue.queue}, ended = {0};
    DWORD limit = 20000;
    char byte;
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, (const char *)&limit, sizeof limit);
    /* There is no project, so it has ended at once. */
    start(&operation, NULL, "bucket");
    return queue.error == NULL && recv(ends[0], &byte, 1, 0) == 1 && take(queue.queue, &ended, 1) == 1 &&
           ended._handle == operation._handle;
}

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
    printf("libuplink.dll returned: %s\n", result.error->message);
    if (!woken(library)) {
        fprintf(stderr, "the end of an operation does not wake its loop\n");
        return 1;
    }
    printf("the end of an operation wakes its loop\n");
    return 0;
}
