// SPDX-License-Identifier: BSD-3-Clause
// Tells all about every inode below the current folder, on its file system: for a node that has no tool for that, and for
// the tree it came from. A path and a value are printed with %XX for all but plain characters.
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

static void print_escaped(const char* text, size_t size) {
    for (const char* end = text + size; text < end; ++text) {
        const unsigned char c = (unsigned char)*text;
        if (c > ' ' && c < 127 && c != '%' && c != '=')
            putchar(c);
        else
            printf("%%%02X", c);
    }
}

// FNV-1a: enough to notice that something else arrived.
static uint64_t sum_of(const char* path) {
    static char block[1 << 16];
    uint64_t sum = 0xcbf29ce484222325u;
    const int fd = open(path, O_RDONLY);
    if (fd < 0) return 0;
    for (ssize_t got; (got = read(fd, block, sizeof block)) > 0;)
        for (ssize_t i = 0; i < got; ++i) sum = (sum ^ (unsigned char)block[i]) * 0x100000001b3u;
    close(fd);
    return sum;
}

static void print_attribute(const char* path, const char* name) {
    static char value[65536];
    const ssize_t size = lgetxattr(path, name, value, sizeof value);
    if (size < 0) return;
    printf(" ");
    print_escaped(name, strlen(name));
    printf("=");
    for (ssize_t at = 0; at < size; ++at) printf("%02x", (unsigned char)value[at]);
}

static void print_attributes(const char* path) {
    static char names[65536];
    const char* const label = "security.selinux";
    const ssize_t length = llistxattr(path, names, sizeof names);
    int listed = 0;
    for (const char* name = names; name < names + length; name += strlen(name) + 1) {
        print_attribute(path, name);
        if (strcmp(name, label) == 0) listed = 1;
    }
    // A kernel with SELinux and without a policy yet does not list it.
    if (!listed) print_attribute(path, label);
}

static int print_inode(const char* path, const struct stat* status, int kind, struct FTW* place) {
    static char target[4096];
    const char* shown = path[1] == '\0' ? "/" : path + 1;  // "./a" is "/a"
    (void)kind, (void)place;
    printf("NODE inode ");
    print_escaped(shown, strlen(shown));
    printf(" mode=%o uid=%u gid=%u inode=%lu", status->st_mode, status->st_uid, status->st_gid, (unsigned long)status->st_ino);
    printf(" links=%lu mtime=%lld", (unsigned long)status->st_nlink, (long long)status->st_mtime);
    if (S_ISREG(status->st_mode)) printf(" size=%lld sum=%016lx", (long long)status->st_size, (unsigned long)sum_of(path));
    if (S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode))
        printf(" device=%u:%u", major(status->st_rdev), minor(status->st_rdev));
    if (S_ISLNK(status->st_mode)) {
        const ssize_t size = readlink(path, target, sizeof target);
        printf(" target=");
        if (size > 0) print_escaped(target, (size_t)size);
    }
    print_attributes(path);
    printf("\n");
    return 0;
}

int main(void) {
    if (nftw(".", print_inode, 64, FTW_PHYS | FTW_MOUNT) == 0) return 0;
    perror("inodes");
    return 1;
}
