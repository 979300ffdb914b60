"""The text of a place in the kernel's tree of files (struct path), as getcwd(2) would give it."""

from limen import kernel

LINKED = 0x1        # DENTRY_LINKED of kernel/vfs/dentry.h


def name_text(dentry):
    name = dentry["name"]
    return kernel.memory(kernel.address(name["text"]), int(name["length"])).decode(errors="replace")


def path_text(path):
    """`/bin/hello`; `pipe:[12]` for what has no name; ` (deleted)` behind one that is gone."""
    mount, dentry = path["mount"], path["dentry"]
    if kernel.address(dentry) == 0:
        return "?"
    if kernel.address(mount["root"]) == 0:
        type_name = kernel.text(mount["sb"]["type"]["name"])
        return f"{type_name}:[{int(dentry['inode']['number'])}]"
    gone = not int(dentry["flags"]) & LINKED and kernel.address(dentry["parent"]) != kernel.address(dentry)
    names = []
    while True:
        if kernel.address(dentry) != kernel.address(mount["root"]):
            names.append(name_text(dentry))
            dentry = dentry["parent"]
        elif kernel.address(mount["parent"]):
            dentry, mount = mount["mountpoint"], mount["parent"]
        else:
            break
    return "/" + "/".join(reversed(names)) + (" (deleted)" if gone else "")
