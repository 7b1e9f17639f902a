// SPDX-License-Identifier: BSD-3-Clause
// Prints the extended attributes of the files it is given, for a node that has no tool for that.
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

int main(int count, char** paths) {
    static char names[65536], value[65536];
    for (int i = 1; i < count; ++i) {
        const ssize_t length = llistxattr(paths[i], names, sizeof names);
        for (const char* name = names; name < names + length; name += strlen(name) + 1) {
            const ssize_t size = lgetxattr(paths[i], name, value, sizeof value);
            printf("NODE attribute %s %s ", paths[i], name);
            for (ssize_t at = 0; at < size; ++at) printf("%02x", (unsigned char)value[at]);
            printf("\n");
        }
    }
    return 0;
}
