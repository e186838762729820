/* Prints what the C compiler makes of <linux/fuse.h> and the other headers whose layouts and numbers the transport
   repeats in C#: one "NAME VALUE" a line. A test compares them. Constants newer than the header are left out. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <spawn.h>

#define SIZE(type) printf("sizeof:%s %zu\n", #type, sizeof(struct type))
#define FIELD(type, field) printf("%s.%s %zu\n", #type, #field, offsetof(struct type, field))
#define NUMBER(name) printf("%s %llu\n", #name, (unsigned long long)(name))

static void headers(void)
{
    SIZE(fuse_in_header);
    FIELD(fuse_in_header, len); FIELD(fuse_in_header, opcode); FIELD(fuse_in_header, unique);
    FIELD(fuse_in_header, nodeid); FIELD(fuse_in_header, uid); FIELD(fuse_in_header, gid); FIELD(fuse_in_header, pid);
    SIZE(fuse_out_header);
    FIELD(fuse_out_header, len); FIELD(fuse_out_header, error); FIELD(fuse_out_header, unique);
    FIELD(fuse_init_in, major); FIELD(fuse_init_in, minor); FIELD(fuse_init_in, max_readahead);
    FIELD(fuse_init_in, flags);
    SIZE(fuse_init_out);
    FIELD(fuse_init_out, major); FIELD(fuse_init_out, minor); FIELD(fuse_init_out, max_readahead);
    FIELD(fuse_init_out, flags); FIELD(fuse_init_out, max_background); FIELD(fuse_init_out, congestion_threshold);
    FIELD(fuse_init_out, max_write); FIELD(fuse_init_out, time_gran); FIELD(fuse_init_out, max_pages);
    FIELD(fuse_init_out, map_alignment); FIELD(fuse_init_out, flags2);
}

static void attributes(void)
{
    SIZE(fuse_attr);
    FIELD(fuse_attr, ino); FIELD(fuse_attr, size); FIELD(fuse_attr, blocks); FIELD(fuse_attr, atime);
    FIELD(fuse_attr, mtime); FIELD(fuse_attr, ctime); FIELD(fuse_attr, atimensec); FIELD(fuse_attr, mtimensec);
    FIELD(fuse_attr, ctimensec); FIELD(fuse_attr, mode); FIELD(fuse_attr, nlink); FIELD(fuse_attr, uid);
    FIELD(fuse_attr, gid); FIELD(fuse_attr, rdev); FIELD(fuse_attr, blksize);
    SIZE(fuse_attr_out);
    FIELD(fuse_attr_out, attr_valid); FIELD(fuse_attr_out, attr_valid_nsec); FIELD(fuse_attr_out, attr);
    SIZE(fuse_entry_out);
    FIELD(fuse_entry_out, nodeid); FIELD(fuse_entry_out, generation); FIELD(fuse_entry_out, entry_valid);
    FIELD(fuse_entry_out, attr_valid); FIELD(fuse_entry_out, entry_valid_nsec);
    FIELD(fuse_entry_out, attr_valid_nsec); FIELD(fuse_entry_out, attr);
    SIZE(fuse_setattr_in);
    FIELD(fuse_setattr_in, valid); FIELD(fuse_setattr_in, fh); FIELD(fuse_setattr_in, size);
    FIELD(fuse_setattr_in, lock_owner); FIELD(fuse_setattr_in, atime); FIELD(fuse_setattr_in, mtime);
    FIELD(fuse_setattr_in, ctime); FIELD(fuse_setattr_in, atimensec); FIELD(fuse_setattr_in, mtimensec);
    FIELD(fuse_setattr_in, ctimensec); FIELD(fuse_setattr_in, mode); FIELD(fuse_setattr_in, uid);
    FIELD(fuse_setattr_in, gid);
    SIZE(fuse_kstatfs);
    FIELD(fuse_kstatfs, blocks); FIELD(fuse_kstatfs, bfree); FIELD(fuse_kstatfs, bavail); FIELD(fuse_kstatfs, files);
    FIELD(fuse_kstatfs, ffree); FIELD(fuse_kstatfs, bsize); FIELD(fuse_kstatfs, namelen);
    FIELD(fuse_kstatfs, frsize); FIELD(fuse_kstatfs, spare);
}

static void files(void)
{
    SIZE(fuse_open_in); FIELD(fuse_open_in, flags); FIELD(fuse_open_in, open_flags);
    SIZE(fuse_open_out); FIELD(fuse_open_out, fh); FIELD(fuse_open_out, open_flags);
    SIZE(fuse_release_in); FIELD(fuse_release_in, fh); FIELD(fuse_release_in, flags);
    FIELD(fuse_release_in, release_flags); FIELD(fuse_release_in, lock_owner);
    SIZE(fuse_flush_in); FIELD(fuse_flush_in, fh); FIELD(fuse_flush_in, lock_owner);
    SIZE(fuse_read_in); FIELD(fuse_read_in, fh); FIELD(fuse_read_in, offset); FIELD(fuse_read_in, size);
    FIELD(fuse_read_in, read_flags); FIELD(fuse_read_in, lock_owner); FIELD(fuse_read_in, flags);
    SIZE(fuse_write_in); FIELD(fuse_write_in, fh); FIELD(fuse_write_in, offset); FIELD(fuse_write_in, size);
    FIELD(fuse_write_in, write_flags); FIELD(fuse_write_in, lock_owner); FIELD(fuse_write_in, flags);
    SIZE(fuse_write_out); FIELD(fuse_write_out, size);
    SIZE(fuse_fsync_in); FIELD(fuse_fsync_in, fh); FIELD(fuse_fsync_in, fsync_flags);
    SIZE(fuse_fallocate_in); FIELD(fuse_fallocate_in, fh); FIELD(fuse_fallocate_in, offset);
    FIELD(fuse_fallocate_in, length); FIELD(fuse_fallocate_in, mode);
    SIZE(fuse_lseek_in); FIELD(fuse_lseek_in, fh); FIELD(fuse_lseek_in, offset); FIELD(fuse_lseek_in, whence);
    SIZE(fuse_lseek_out); FIELD(fuse_lseek_out, offset);
    printf("sizeof:fuse_dirent %zu\n", offsetof(struct fuse_dirent, name));
    FIELD(fuse_dirent, ino); FIELD(fuse_dirent, off); FIELD(fuse_dirent, namelen); FIELD(fuse_dirent, type);
    printf("sizeof:fuse_direntplus %zu\n", offsetof(struct fuse_direntplus, dirent.name));
    FIELD(fuse_direntplus, entry_out); FIELD(fuse_direntplus, dirent);
    SIZE(fuse_forget_in); FIELD(fuse_forget_in, nlookup);
    SIZE(fuse_forget_one); FIELD(fuse_forget_one, nodeid); FIELD(fuse_forget_one, nlookup);
    SIZE(fuse_batch_forget_in); FIELD(fuse_batch_forget_in, count);
}

static void opcodes(void)
{
    NUMBER(FUSE_LOOKUP); NUMBER(FUSE_FORGET); NUMBER(FUSE_GETATTR); NUMBER(FUSE_SETATTR); NUMBER(FUSE_SYMLINK);
    NUMBER(FUSE_MKNOD); NUMBER(FUSE_MKDIR); NUMBER(FUSE_UNLINK); NUMBER(FUSE_RMDIR); NUMBER(FUSE_RENAME);
    NUMBER(FUSE_LINK); NUMBER(FUSE_OPEN); NUMBER(FUSE_READ); NUMBER(FUSE_WRITE); NUMBER(FUSE_STATFS);
    NUMBER(FUSE_RELEASE); NUMBER(FUSE_FSYNC); NUMBER(FUSE_FLUSH); NUMBER(FUSE_INIT); NUMBER(FUSE_OPENDIR);
    NUMBER(FUSE_READDIR); NUMBER(FUSE_RELEASEDIR); NUMBER(FUSE_FSYNCDIR); NUMBER(FUSE_CREATE);
    NUMBER(FUSE_INTERRUPT); NUMBER(FUSE_DESTROY); NUMBER(FUSE_NOTIFY_REPLY); NUMBER(FUSE_BATCH_FORGET);
    NUMBER(FUSE_FALLOCATE); NUMBER(FUSE_READDIRPLUS); NUMBER(FUSE_RENAME2); NUMBER(FUSE_LSEEK);
}

static void flags(void)
{
    NUMBER(FUSE_ASYNC_READ); NUMBER(FUSE_BIG_WRITES); NUMBER(FUSE_DO_READDIRPLUS); NUMBER(FUSE_READDIRPLUS_AUTO);
    NUMBER(FUSE_ASYNC_DIO); NUMBER(FUSE_PARALLEL_DIROPS); NUMBER(FUSE_ABORT_ERROR); NUMBER(FUSE_MAX_PAGES);
    NUMBER(FUSE_INIT_EXT);
#ifdef FUSE_DIRECT_IO_ALLOW_MMAP
    NUMBER(FUSE_DIRECT_IO_ALLOW_MMAP);
#endif
    NUMBER(FATTR_MODE); NUMBER(FATTR_UID); NUMBER(FATTR_GID); NUMBER(FATTR_SIZE); NUMBER(FATTR_ATIME);
    NUMBER(FATTR_MTIME);
    NUMBER(FOPEN_DIRECT_IO); NUMBER(FOPEN_KEEP_CACHE); NUMBER(FOPEN_NONSEEKABLE); NUMBER(FOPEN_CACHE_DIR);
#ifdef FOPEN_PARALLEL_DIRECT_WRITES
    NUMBER(FOPEN_PARALLEL_DIRECT_WRITES);
#endif
    NUMBER(FUSE_FSYNC_FDATASYNC); NUMBER(FUSE_ROOT_ID); NUMBER(FUSE_MIN_READ_BUFFER);
    NUMBER(FUSE_COMPAT_22_INIT_OUT_SIZE); NUMBER(FUSE_DEV_IOC_CLONE); NUMBER(FUSE_KERNEL_VERSION);
    NUMBER(FUSE_DIRENT_ALIGN(1));
}

static void system_calls(void)
{
    NUMBER(EPERM); NUMBER(ENOENT); NUMBER(EINTR); NUMBER(EIO); NUMBER(ENXIO); NUMBER(EBADF); NUMBER(EAGAIN);
    NUMBER(ENOMEM); NUMBER(EACCES); NUMBER(EFAULT); NUMBER(EBUSY); NUMBER(EEXIST); NUMBER(ENODEV); NUMBER(ENOTDIR);
    NUMBER(EISDIR); NUMBER(EINVAL); NUMBER(ETXTBSY); NUMBER(EFBIG); NUMBER(ENOSPC); NUMBER(EROFS); NUMBER(ERANGE);
    NUMBER(ENAMETOOLONG); NUMBER(ENOSYS); NUMBER(ENODATA); NUMBER(EPROTO); NUMBER(EOVERFLOW); NUMBER(EOPNOTSUPP);
    NUMBER(ECONNABORTED); NUMBER(ENOTCONN); NUMBER(ETIMEDOUT); NUMBER(ESTALE); NUMBER(EDQUOT);
    NUMBER(MS_RDONLY); NUMBER(MS_NOSUID); NUMBER(MS_NODEV); NUMBER(MS_NOEXEC); NUMBER(MS_SYNCHRONOUS);
    NUMBER(MS_DIRSYNC); NUMBER(MS_NOATIME); NUMBER(MS_NODIRATIME); NUMBER(MNT_DETACH); NUMBER(UMOUNT_NOFOLLOW);
    NUMBER(O_RDWR | O_CLOEXEC); NUMBER(O_CLOEXEC); NUMBER(SOCK_CLOEXEC); NUMBER(O_DSYNC); NUMBER(O_ACCMODE);
    NUMBER(F_SETFD); NUMBER(F_DUPFD_CLOEXEC); NUMBER(FD_CLOEXEC); NUMBER(AF_UNIX); NUMBER(SOCK_STREAM);
    NUMBER(SEEK_DATA); NUMBER(SEEK_HOLE); NUMBER(S_IFDIR); NUMBER(S_IFREG); NUMBER(S_IFLNK); NUMBER(S_IFCHR);
    NUMBER(S_IFMT); NUMBER(FALLOC_FL_KEEP_SIZE); NUMBER(FALLOC_FL_PUNCH_HOLE); NUMBER(FALLOC_FL_ZERO_RANGE);
    NUMBER(AT_EMPTY_PATH); NUMBER(AT_STATX_FORCE_SYNC); NUMBER(STATX_TYPE); NUMBER(MSG_CMSG_CLOEXEC); NUMBER(SOL_SOCKET); NUMBER(SCM_RIGHTS);
    NUMBER(CMSG_LEN(sizeof(int))); NUMBER(CMSG_SPACE(sizeof(int)));
    SIZE(statx); FIELD(statx, stx_mode); FIELD(statx, stx_rdev_major); FIELD(statx, stx_rdev_minor);
    SIZE(iovec); SIZE(msghdr);
    FIELD(msghdr, msg_iov); FIELD(msghdr, msg_iovlen); FIELD(msghdr, msg_control); FIELD(msghdr, msg_controllen);
    FIELD(msghdr, msg_flags); FIELD(cmsghdr, cmsg_level); FIELD(cmsghdr, cmsg_type);
    printf("sizeof:posix_spawn_file_actions_t %zu\n", sizeof(posix_spawn_file_actions_t));
}

int main(void)
{
    headers();
    attributes();
    files();
    opcodes();
    flags();
    system_calls();
    return 0;
}
