/*
 * The probe of the test images: prints as one line of JSON what the kernel says of the process that
 * runs it, and then sleeps until a signal comes. `probe once` ends after the line; `probe pause`
 * prints nothing. It reads no content of any file but the first bytes, to tell a token.
 *
 * The README here lists the members. Ids are of the container's own user namespace.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEPTH = 5, FILES = 2000, LINE = 8192 };

static void text(const char *s) {
    putchar('"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20 || c >= 0x7f)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void member(const char *name) {
    putchar(',');
    text(name);
    putchar(':');
}

static void boolean(int value) { fputs(value ? "true" : "false", stdout); }

/* With the effective ids and capabilities, unlike access(2). */
static int may(const char *path, int mode) { return faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0; }

/* The rest of the line "NAME:" of /proc/self/status. */
static const char *status(const char *name) {
    static char line[LINE];
    FILE *file = fopen("/proc/self/status", "r");
    size_t length = strlen(name);
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, name, length) == 0 && line[length] == ':') {
            fclose(file);
            line[strcspn(line, "\n")] = 0;
            const char *rest = line + length + 1;
            return rest + strspn(rest, " \t");
        }
    }
    if (file)
        fclose(file);
    return "";
}

/* Numbers between blanks as a list. */
static void numbers(const char *line) {
    char last = 0;
    putchar('[');
    for (; *line; line++) {
        if (isdigit((unsigned char)*line)) {
            if (last && !isdigit((unsigned char)last))
                putchar(',');
            putchar(*line);
            last = *line;
        } else if (last) {
            last = ' ';
        }
    }
    putchar(']');
}

static void id_map(const char *path) {
    char line[LINE];
    FILE *file = fopen(path, "r");
    const char *comma = "";
    putchar('[');
    while (file && fgets(line, sizeof line, file)) {
        fputs(comma, stdout);
        numbers(line);
        comma = ",";
    }
    putchar(']');
    if (file)
        fclose(file);
}

static void first_line(const char *path) {
    char line[LINE] = "";
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file))
        fputs("null", stdout);
    else {
        line[strcspn(line, "\n")] = 0;
        text(line);
    }
    if (file)
        fclose(file);
}

/* What begins like a JSON Web Token. */
static int is_token(const char *path) {
    char start[3] = "";
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    int found = file >= 0 && read(file, start, 3) == 3 && memcmp(start, "eyJ", 3) == 0;
    if (file >= 0)
        close(file);
    return found;
}

static const char *comma;
static int listed;

static void file(const char *path, const struct stat *is) {
    if (listed++ >= FILES)
        return;
    int readable = may(path, R_OK);
    printf("%s{\"path\":", comma);
    comma = ",";
    text(path);
    printf(",\"mode\":\"%04o\",\"uid\":%u,\"gid\":%u,\"readable\":", is->st_mode & 07777, is->st_uid, is->st_gid);
    boolean(readable);
    fputs(",\"writable\":", stdout);
    boolean(may(path, W_OK));
    fputs(",\"token\":", stdout);
    boolean(readable && is_token(path));
    putchar('}');
}

/* Regular files below, as a program finds them: not by the "..data" of a projected volume. */
static void files(const char *path, int depth, dev_t device) {
    struct stat is;
    if (stat(path, &is) != 0 || is.st_dev != device)
        return;
    if (S_ISREG(is.st_mode))
        file(path, &is);
    if (!S_ISDIR(is.st_mode) || depth == 0 || listed >= FILES)
        return;
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char below[LINE];
        snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
        if (strncmp(entries[i]->d_name, "..", 2) != 0 && strcmp(entries[i]->d_name, ".") != 0)
            files(below, depth - 1, device);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static int below(const char *path, const char *folder) {
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == 0 || path[length] == '/');
}

/* The fields of a line of mountinfo; blanks in names are \040 there. */
struct mount {
    char *root, *point, *options, *type, *source, *super;
};

static void unescape(char *s) {
    char *to = s;
    while (*s) {
        if (s[0] == '\\' && isdigit((unsigned char)s[1]) && isdigit((unsigned char)s[2]) && isdigit((unsigned char)s[3])) {
            *to++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
            s += 4;
        } else {
            *to++ = *s++;
        }
    }
    *to = 0;
}

static int parse(char *line, struct mount *m) {
    char *fields[32];
    int count = 0, dash = 0;
    for (char *f = strtok(line, " \n"); f && count < 32; f = strtok(NULL, " \n")) {
        if (strcmp(f, "-") == 0 && !dash)
            dash = count;
        fields[count++] = f;
    }
    if (dash < 6 || count < dash + 4)
        return 0;
    *m = (struct mount){fields[3], fields[4], fields[5], fields[dash + 1], fields[dash + 2], fields[dash + 3]};
    unescape(m->root);
    unescape(m->point);
    unescape(m->source);
    return 1;
}

static void mounts(void) {
    char line[LINE];
    FILE *table = fopen("/proc/self/mountinfo", "r");
    const char *between = "";
    member("mounts");
    putchar('[');
    while (table && fgets(line, sizeof line, table)) {
        struct mount m;
        if (!parse(line, &m))
            continue;
        printf("%s{\"path\":", between);
        between = ",";
        text(m.point);
        member("root");
        text(m.root);
        member("type");
        text(m.type);
        member("source");
        text(m.source);
        member("options");
        text(m.options);
        member("superOptions");
        text(m.super);
        member("writable");
        boolean(may(m.point, W_OK));
        putchar('}');
    }
    putchar(']');
    if (table)
        rewind(table);
    member("files");
    putchar('[');
    comma = "";
    while (table && fgets(line, sizeof line, table)) {
        struct mount m;
        struct stat is;
        if (parse(line, &m) && strcmp(m.point, "/") != 0 && !below(m.point, "/proc") && !below(m.point, "/sys") &&
            !below(m.point, "/dev") && stat(m.point, &is) == 0)
            files(m.point, DEPTH, is.st_dev);
    }
    putchar(']');
    member("filesTruncated");
    boolean(listed >= FILES);
    if (table)
        fclose(table);
}

/* How the last mount at or above a path shows it. */
static const char *mask(const char *path) {
    static char state[16];
    char line[LINE];
    struct stat is;
    if (lstat(path, &is) != 0)
        return errno == ENOENT ? "absent" : "unreadable";
    strcpy(state, "open");
    FILE *table = fopen("/proc/self/mountinfo", "r");
    while (table && fgets(line, sizeof line, table)) {
        struct mount m;
        if (!parse(line, &m) || !below(path, m.point))
            continue;
        int kernel = strcmp(m.type, "proc") == 0 || strcmp(m.type, "sysfs") == 0;
        int read_only = strncmp(m.options, "ro", 2) == 0 && (m.options[2] == ',' || m.options[2] == 0);
        strcpy(state, !kernel && strcmp(m.point, "/") != 0 ? "masked" : read_only ? "readOnly" : "open");
    }
    if (table)
        fclose(table);
    return state;
}

static void masks(void) {
    static const char *const paths[] = {
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
        "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/proc/bus", "/proc/fs",
        "/proc/irq", "/proc/sys", "/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/sys", "/sys/firmware",
        "/sys/devices/virtual/powercap"};
    member("masks");
    putchar('{');
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (i)
            putchar(',');
        text(paths[i]);
        fputs(":{\"state\":", stdout);
        text(mask(paths[i]));
        member("writable");
        boolean(may(paths[i], W_OK));
        putchar('}');
    }
    putchar('}');
}

static void namespaces(void) {
    static const char *const kinds[] = {"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"};
    member("namespaces");
    putchar('{');
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char path[64], target[64];
        snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[i]);
        ssize_t length = readlink(path, target, sizeof target - 1);
        target[length < 0 ? 0 : length] = 0;
        if (i)
            putchar(',');
        text(kinds[i]);
        putchar(':');
        text(target);
    }
    putchar('}');
}

static void devices(void) {
    struct dirent **entries;
    const char *between = "";
    int count = scandir("/dev", &entries, NULL, alphasort);
    member("devices");
    putchar('[');
    for (int i = 0; i < count; i++) {
        char path[LINE];
        struct stat is;
        snprintf(path, sizeof path, "/dev/%s", entries[i]->d_name);
        if (lstat(path, &is) == 0 && (S_ISCHR(is.st_mode) || S_ISBLK(is.st_mode))) {
            printf("%s{\"path\":", between);
            between = ",";
            text(path);
            printf(",\"type\":\"%s\",\"major\":%u,\"minor\":%u}", S_ISBLK(is.st_mode) ? "block" : "char",
                   major(is.st_rdev), minor(is.st_rdev));
        }
        free(entries[i]);
    }
    putchar(']');
    if (count >= 0)
        free(entries);
}

static int is_number(const struct dirent *entry) { return isdigit((unsigned char)entry->d_name[0]) != 0; }

static void processes(void) {
    struct dirent **entries;
    const char *between = "";
    int count = scandir("/proc", &entries, is_number, versionsort);
    member("processes");
    putchar('[');
    for (int i = 0; i < count; i++) {
        char path[LINE];
        struct stat is;
        snprintf(path, sizeof path, "/proc/%s", entries[i]->d_name);
        if (atoi(entries[i]->d_name) != getpid() && stat(path, &is) == 0) {
            printf("%s{\"pid\":%s,\"uid\":%u,\"name\":", between, entries[i]->d_name, is.st_uid);
            between = ",";
            snprintf(path, sizeof path, "/proc/%s/comm", entries[i]->d_name);
            first_line(path);
            snprintf(path, sizeof path, "/proc/%s/root/", entries[i]->d_name);
            int root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
            member("rootReadable");
            boolean(root >= 0);
            if (root >= 0)
                close(root);
            putchar('}');
        }
        free(entries[i]);
    }
    putchar(']');
    if (count >= 0)
        free(entries);
}

static void capabilities(void) {
    static const char *const sets[][2] = {{"inheritable", "CapInh"},
                                          {"permitted", "CapPrm"},
                                          {"effective", "CapEff"},
                                          {"bounding", "CapBnd"},
                                          {"ambient", "CapAmb"}};
    member("capabilities");
    putchar('{');
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        if (i)
            putchar(',');
        text(sets[i][0]);
        putchar(':');
        text(status(sets[i][1]));
    }
    putchar('}');
}

static void print(void) {
    printf("{\"pid\":%d", getpid());
    member("hostname");
    first_line("/proc/sys/kernel/hostname");
    member("uids");
    numbers(status("Uid"));
    member("gids");
    numbers(status("Gid"));
    member("groups");
    numbers(status("Groups"));
    capabilities();
    printf(",\"noNewPrivs\":%s", status("NoNewPrivs"));
    printf(",\"seccomp\":%s", status("Seccomp"));
    printf(",\"seccompFilters\":%s", status("Seccomp_filters"));
    member("label");
    first_line("/proc/self/attr/current");
    member("uidMap");
    id_map("/proc/self/uid_map");
    member("gidMap");
    id_map("/proc/self/gid_map");
    namespaces();
    member("rootWritable");
    boolean(may("/", W_OK));
    mounts();
    masks();
    devices();
    processes();
    puts("}");
    fflush(stdout);
}

static void end(int number) {
    (void)number;
    _exit(0);
}

/* As the first process of a pid namespace it has children that are not its own. */
static void reap(int number) {
    (void)number;
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
}

int main(int count, char **arguments) {
    const char *what = count > 1 ? arguments[1] : "";
    signal(SIGTERM, end);
    signal(SIGINT, end);
    signal(SIGCHLD, reap);
    if (strcmp(what, "pause") != 0)
        print();
    while (strcmp(what, "once") != 0)
        pause();
    return 0;
}
