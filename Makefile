# Builds Limen. `make help` says what can be made; `make run` and `make test` need nothing else.
#
# Everything made lies in build/<flavour>: the kernel limen.elf (with debugging information), limen.boot (what is
# booted), root.cpio. Sources are found, not listed: a .c dropped into its folder is built. What an object depends on
# besides its headers is kept in stamps, files that change only when their text does: flags, and lists of sources.

MAKEFLAGS += --no-builtin-rules $(if $(filter 0,$(MAKELEVEL)),--jobs=$(shell nproc 2>/dev/null || echo 2))
SHELL := /bin/sh
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all

FLAVOUR ?= debug
ifeq ($(filter debug release,$(FLAVOUR)),)
$(error FLAVOUR is debug or release, not $(FLAVOUR))
endif
ifeq ($(origin CC),default)
CC := gcc
endif
HOSTCC ?= gcc
HOSTAR ?= ar
PYTHON := /usr/bin/python3
ifneq ($(shell uname -m),x86_64)
CROSS_COMPILE ?= x86_64-linux-gnu-
endif

IS_CLANG := $(findstring clang,$(notdir $(CC)))
TARGET_CC := $(if $(IS_CLANG),$(CC) --target=x86_64-linux-gnu,$(CROSS_COMPILE)$(CC))
LD := $(CROSS_COMPILE)ld
AR := $(CROSS_COMPILE)ar
OBJCOPY := $(CROSS_COMPILE)objcopy
export CROSS_COMPILE

, := ,
O := build/$(FLAVOUR)$(if $(IS_CLANG),-clang)
Q := $(if $(V),,@)
say = $(if $(V),@:,@printf '  %-8s%s\n' '$1' '$2')

# --- What is missing is installed before anything else is looked at: make starts anew once build/setup-* is made. ---

QUIET_GOALS := help doctor clean
GOALS := $(or $(MAKECMDGOALS),all)
KIT := $(if $(filter gdb tour build/tour.html,$(GOALS)),gdb,run)
KIT := $(if $(filter test test-labs stress check unit format tests test-fresh variants bench bench-linux oracle setup-test,$(GOALS))$(IS_CLANG),test,$(KIT))
KIT := $(if $(filter test-tour,$(GOALS)),tour,$(KIT))
# A student's repository (tools/lab release): its tests are the lab's.
RELEASED := $(if $(wildcard tests/labs),,$(wildcard labs/*/lab.json))
KIT := $(if $(and $(RELEASED),$(filter test,$(GOALS))),lab,$(KIT))
TOOLS_run := $(CROSS_COMPILE)gcc $(CROSS_COMPILE)ld nasm qemu-system-x86_64 grub-mkimage xorriso mformat
TOOLS_gdb := $(TOOLS_run) gdb
TOOLS_lab := $(TOOLS_run) bwrap git bochs
TOOLS_test := $(TOOLS_run) bwrap gdb clang clang-tidy clang-format cppcheck musl-gcc busybox bochs
TOOLS_tour := $(TOOLS_test) chromium
installed = $(wildcard $(addsuffix /$1,$(subst :, ,$(PATH))))

ifneq ($(filter-out $(QUIET_GOALS),$(GOALS)),)
include build/setup-$(KIT).mk
endif
build/setup-%.mk: tools/setup $(foreach tool,$(TOOLS_$(KIT)),$(if $(call installed,$(tool))$(MAKE_RESTARTS),,FORCE))
	@mkdir -p build
	@tools/setup $*
	@echo '# tools/setup $* has been here.' > $@

# --- Stamps ---

$(shell mkdir -p $(O)/gen)
# $(call stamp,FILE,TEXT): the name of FILE, which is written anew if its text is another.
# (make 4.3 does not always take off a file's last newline: strip does.)
stamp = $(if $(call differ,x$(strip $2),x$(strip $(file <$1))),$(file >$1,$(strip $2)))$1
differ = $(subst $1,,$2)$(subst $2,,$1)

# --- Flags ---

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wwrite-strings \
	-Wimplicit-fallthrough -Wundef -Werror=implicit-function-declaration -Werror=incompatible-pointer-types \
	-Werror=int-conversion $(if $(filter 1 true,$(WERROR) $(CI)),-Werror)
COMMON_CFLAGS := -std=gnu11 -g -ffreestanding -fno-stack-protector -fno-strict-aliasing -fcf-protection=none \
	-fno-asynchronous-unwind-tables $(WARNINGS) -I. -I$(O)
ifeq ($(FLAVOUR),debug)
OPTIMIZE := -Og
KERNEL_OPTIMIZE := -Og -DLIMEN_DEBUG=1 -fsanitize=undefined -fno-sanitize=alignment$(if $(IS_CLANG),$(,)function)
else
OPTIMIZE := -O2
KERNEL_OPTIMIZE := -O2 -DLIMEN_DEBUG=0
endif
KERNEL_CFLAGS := $(COMMON_CFLAGS) $(KERNEL_OPTIMIZE) -mcmodel=kernel -mno-red-zone -mgeneral-regs-only -fno-pic \
	-fno-pie -fno-omit-frame-pointer
USER_CFLAGS := $(COMMON_CFLAGS) $(OPTIMIZE) -fno-pie -ffunction-sections -fdata-sections -nostdinc \
	-isystem $(shell $(TARGET_CC) -print-file-name=include 2>/dev/null) -Ilibc/include
NASMFLAGS := -f elf64 -g -F dwarf -I./ -I$(O)/
# The vDSO: code of ring 3 that needs nobody to relocate it.
VDSO_CFLAGS := $(filter-out -fno-asynchronous-unwind-tables,$(COMMON_CFLAGS)) -O2 -fPIC -fvisibility=default \
	-fasynchronous-unwind-tables -fno-jump-tables
VDSO_LDFLAGS := -shared -nostdlib -soname linux-vdso.so.1 --hash-style=both --eh-frame-hdr -Bsymbolic --no-undefined \
	-z max-page-size=0x1000 -z noexecstack --build-id=none -T arch/x86_64/vdso/vdso.lds
KERNEL_LDFLAGS := -nostdlib -static -no-pie -z max-page-size=0x1000 -z noexecstack --build-id=none \
	--no-warn-rwx-segments --orphan-handling=warn -T linker.ld
USER_LDFLAGS := -nostdlib -static -z max-page-size=0x1000 -z noexecstack --build-id=none --gc-sections
ABI_CFLAGS := -std=gnu11 -g -O1 -static -pthread $(WARNINGS) -I.
UNIT_CFLAGS := -std=gnu11 -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all $(WARNINGS) -I.

# --- Sources ---

ALL_SOURCES := $(sort $(shell find boot arch kernel libc user tests/prog tests/abi tests/unit -path user/root -prune \
	-o \( -name '*.c' -o -name '*.asm' -o -name '*.inc' -o -name '*.h' \) -print 2>/dev/null))
SOURCES := $(filter %.c %.asm,$(ALL_SOURCES))
objects = $(addprefix $(O)/,$(addsuffix .o,$1))

GEN_FONT := $(if $(wildcard tools/gen_font),gen/font.c)
GEN_SYSCALLS := $(addprefix $(O)/gen/,syscalls.h syscall_table.c syscall_structs.h syscall_nr.h syscall_nr.inc \
	syscall_decls.h syscall_stubs.asm)
GEN_TRACE := $(addprefix $(O)/gen/,tracepoints.h tracepoints.c trace_events.c)
GEN_HEADERS := $(filter %.h %.inc,$(GEN_SYSCALLS) $(GEN_TRACE))
GEN_OFFSETS := $(O)/gen/asm_offsets.inc

VDSO_SOURCES := $(filter arch/x86_64/vdso/%.c,$(SOURCES))
KERNEL_SOURCES := $(filter-out arch/x86_64/asm_offsets.c $(VDSO_SOURCES),$(filter boot/% arch/% kernel/%,$(SOURCES))) \
	gen/syscall_table.c gen/tracepoints.c gen/trace_events.c $(GEN_FONT)
KERNEL_OBJECTS := $(call objects,$(KERNEL_SOURCES))

LIBC_SOURCES := $(filter libc/%,$(SOURCES)) gen/syscall_stubs.asm
CRT0 := $(call objects,$(filter libc/crt/crt0.%,$(LIBC_SOURCES)))
LIBC_OBJECTS := $(filter-out $(CRT0),$(call objects,$(LIBC_SOURCES)))

# A program is a file NAME.c, or a folder NAME/ of several, in user/ (goes to /bin) or tests/prog/ (goes to /tests).
PROGRAM_SOURCES := $(filter user/% tests/prog/%,$(SOURCES))
program_names = $(sort $(foreach source,$(filter $1/%,$(SOURCES)),\
	$(firstword $(subst /, ,$(basename $(patsubst $1/%,%,$(source)))))))
program_sources = $(filter $1.c $1/%,$(SOURCES))
USER_PROGRAMS := $(addprefix user/,$(call program_names,user))
TEST_PROGRAMS := $(addprefix tests/prog/,$(call program_names,tests/prog))
PROGRAMS := $(USER_PROGRAMS) $(TEST_PROGRAMS)

ABI_PROGRAMS := $(patsubst tests/abi/%.c,build/tests/abi/%,$(filter tests/abi/%.c,$(SOURCES)))
UNIT_SOURCES := $(filter kernel/lib/%.c,$(SOURCES))
UNIT_OBJECTS := $(patsubst %,build/unit/%.o,$(UNIT_SOURCES))
UNIT_PROGRAMS := $(patsubst tests/unit/%.c,build/unit/%,$(filter tests/unit/test_%.c,$(SOURCES)))

# --- Goals ---

.PHONY: all image run gdb tour test stress test-tour test-fresh tests variants check unit bench bench-linux oracle iso doctor format clean help setup-test FORCE
all: image compile_commands.json
# The time of success: tools/run tells by it that what it starts is older than its sources (tools/freshness.py).
image: $(O)/limen.boot $(O)/root.cpio $(O)/gen/compat.done
	@touch $(O)/image.done

help:
	@echo 'make run          build, boot, and give a shell prompt (ARGS="--smp 4" is passed to tools/run)'
	@echo 'make gdb          the same under gdb (SMP=2 for more CPUs, PROGRAM="/bin/hello" runs that): docs/gdb.md'
	@echo 'make tour         build/tour.html: one system call, step by step (CALL=openat PROGRAM="/bin/ls /")'
ifeq ($(RELEASED),)
	@echo 'make test         build and run every test (PYTEST="-k hello" chooses some)'
else
	@echo "make test         build and run the lab's public tests"
endif
	@echo 'make test-fresh   run and test in a Debian made anew (ARGS="--mirror URL" is passed to tests/fresh)'
	@echo 'make test-tour    look at that page in a browser, which it installs'
	@echo 'make test-labs    the labs and their grader, all of it: an hour or two'
	@echo 'make stress       hours of everything at once (PYTEST="-k hogs", STRESS_SEED=7)'
	@echo 'make doctor       say which tools are there, what is wrong, and how to mend it'
	@echo 'make              build the kernel and its root'
	@echo 'make check        layers, style, formatting, cppcheck, clang-tidy'
	@echo 'make unit         unit tests of kernel/lib on this machine'
	@echo 'make bench        what crossing the boundary costs, in instructions (OPS="stat fork_*" chooses)'
	@echo 'make bench-linux  the same beside what it costs on Debian'\''s Linux, which it fetches'
	@echo 'make oracle       what Debian'\''s Linux says to the expectations of the ABI tests'
	@echo 'make format       format the C sources'
	@echo 'make iso          make $(O)/limen.iso'
	@echo 'make clean        remove build/'
	@echo 'Variables: FLAVOUR=debug|release CC=gcc|clang CROSS_COMPILE= HOSTCC= WERROR=1 V=1'

run: all $(O)/busybox.cpio
	@LIMEN_BUILD=$(O) tools/run --root $(O)/busybox.cpio $(ARGS)

gdb: all
	@LIMEN_BUILD=$(O) tools/debug $(if $(SMP),--smp $(SMP)) $(ARGS) $(if $(PROGRAM),-- $(PROGRAM))

# A page that shows one call: docs/tour-page.md. It is made anew when the machine, the recorder or what is asked for
# has changed.
TOUR := $(if $(CALL),--call $(CALL)) $(ARGS) $(if $(PROGRAM),-- $(PROGRAM))
tour: build/tour.html
	@echo 'The page: $(CURDIR)/build/tour.html'
build/tour.html: $(O)/limen.boot $(O)/root.cpio $(wildcard tools/tour/* tools/tour/page/* tools/gdb/limen/*.py) \
		tools/debug tools/run $(call stamp,build/tour.options,$(O) $(TOUR)) | image
	@LIMEN_BUILD=$(O) tools/tour/tour --output $@ $(TOUR)

# pytest comes last, alone: its machines and make's compilers would be in each other's way.
ifeq ($(RELEASED),)
test: all tests check unit variants
	@LIMEN_BUILD=$(O) O='$(CURDIR)/$(O)' $(PYTHON) -m pytest -n $$(( 3 * $$(nproc) )) --dist loadgroup -q $(PYTEST)
else
test: all
	@tools/lab test
endif

# The long forms of tests/stress, one machine at a time: hours.
stress: all
	@STRESS_LONG=1 LIMEN_BUILD=$(O) $(PYTHON) -m pytest -v tests/stress $(PYTEST)

test-tour: all
	@LIMEN_BUILD=$(O) $(PYTHON) -m pytest -q tests/tour/page.py $(PYTEST)

# All hand-ins of tests/labs, and each lab's solution, known mistakes and cheats, graded.
test-labs: all
	@LABS_LONG=1 LIMEN_BUILD=$(O) $(PYTHON) -m pytest -n 2 -v tests/labs $(PYTEST)

test-fresh:
	@tests/fresh $(ARGS)

tests: $(O)/tests.cpio $(O)/busybox.cpio $(ABI_PROGRAMS) build/tests/bench/boundary

# The other ways to build, for the boot matrix: one after the other, each with all jobs.
variants: all
	@$(MAKE) --no-print-directory CC=clang FLAVOUR=debug image
	@$(MAKE) --no-print-directory CC=gcc FLAVOUR=release image
	@$(MAKE) --no-print-directory CC=clang FLAVOUR=release image

# What crossing the boundary costs, in instructions. OPS="stat fork_*": only these.
bench: build/tests/bench/boundary
	@$(MAKE) --no-print-directory CC=gcc FLAVOUR=release image
	@tests/bench/bench $< $(OPS)
# The same beside Debian's Linux kernel, whose package is fetched: not for CI.
bench-linux: build/tests/bench/boundary
	@$(MAKE) --no-print-directory CC=gcc FLAVOUR=release image
	@tests/bench/bench --linux $< $(OPS)
# What was recorded on a developer's Linux, judged by Debian's: not for CI either.
oracle:
	@tests/abi/on_debian $(ONLY)
build/tests/bench/boundary: tests/bench/boundary.c
	$(call say,MUSL,$<)
	@mkdir -p $(@D)
	$(Q)musl-gcc -static -no-pie -fno-pie -O2 -fno-stack-protector -Wall -MMD -MP -MF $@.d -o $@ $<
-include build/tests/bench/boundary.d

doctor:
	@tools/setup --doctor

setup-test: ;

iso: $(O)/limen.boot $(O)/root.cpio
	$(call say,ISO,$(O)/limen.iso)
	$(Q)tools/mkiso -o $(O)/limen.iso --kernel $(O)/limen.boot --cmdline '$(APPEND)' $(O)/root.cpio

clean:
	rm -rf build compile_commands.json

# --- Generated sources ---

# All that follows from the one list of system calls, docs/syscalls.md included. The list is held against the functions,
# hence the sources; the stubs leave out what libc writes itself, hence its list. A hole in a structure would carry
# bytes of the kernel's stack to its caller: padding is an error, found here, once, before anybody includes it.
$(O)/gen/syscalls.done: tools/gen_syscalls tools/syscall_table.py kernel/abi/syscalls.tbl \
		$(filter kernel/abi/%.h kernel/syscall/%.c libc/include/%,$(ALL_SOURCES)) \
		$(call stamp,$(O)/list.calls,$(filter kernel/syscall/%.c,$(SOURCES))) $(call stamp,$(O)/list.libc,$(LIBC_SOURCES)) \
		$(if $(filter-out $(wildcard $(GEN_SYSCALLS)),$(GEN_SYSCALLS)),FORCE)
	$(call say,GEN,system calls)
	$(Q)tools/gen_syscalls kernel/abi/syscalls.tbl $(@D) --src kernel/syscall --docs docs/syscalls.md
	$(Q)$(TARGET_CC) $(COMMON_CFLAGS) -Werror=padded -fsyntax-only -x c $(@D)/syscall_structs.h
	$(Q)touch $@
$(GEN_SYSCALLS): $(O)/gen/syscalls.done ;

# What tracepoints tell, from the one list of them.
$(O)/gen/trace.done: tools/gen_tracepoints kernel/core/tracepoints.tbl \
		$(if $(filter-out $(wildcard $(GEN_TRACE)),$(GEN_TRACE)),FORCE)
	$(call say,GEN,tracepoints)
	$(Q)tools/gen_tracepoints kernel/core/tracepoints.tbl $(@D)
	$(Q)touch $@
$(GEN_TRACE): $(O)/gen/trace.done ;

# docs/linux-compat.md: what of Linux's calls is there. Committed, as docs/syscalls.md is.
$(O)/gen/compat.done: tools/gen_compat tools/linux_calls.tbl tests/abi/calls docs/limits.md $(O)/gen/syscalls.done
	$(call say,GEN,docs/linux-compat.md)
	$(Q)tools/gen_compat
	$(Q)touch $@

# What strace prints of each call.
$(O)/gen/strace_calls.h: tools/gen_strace tools/syscall_table.py $(wildcard user/strace/*.tbl kernel/abi/*)
	$(call say,GEN,$@)
	$(Q)tools/gen_strace kernel/abi/syscalls.tbl user/strace/linux.tbl user/strace/decoders.tbl $@
$(O)/user/strace/table.c.o: $(O)/gen/strace_calls.h

$(O)/gen/font.c: tools/gen_font /usr/share/grub/unicode.pf2
	$(call say,GEN,$@)
	$(Q)tools/gen_font /usr/share/grub/unicode.pf2 $@

# Structure offsets for assembly: asm_offsets.c is compiled, never assembled; its lines `->NAME value` are picked out.
$(GEN_OFFSETS): arch/x86_64/asm_offsets.c $(call stamp,$(O)/flags.kernel,$(TARGET_CC) $(KERNEL_CFLAGS)) | $(GEN_HEADERS)
	$(call say,GEN,$@)
	$(Q)$(TARGET_CC) $(filter-out -fsanitize=%,$(KERNEL_CFLAGS)) -MMD -MP -MF $(O)/gen/asm_offsets.d -MT $@ -S -o $(O)/gen/asm_offsets.s $<
	$(Q)sed -nE 's/.*"?->([A-Za-z0-9_]+) \$$?(-?[0-9]+).*/%define \1 \2/p' $(O)/gen/asm_offsets.s > $@

# --- Objects ---

CC_KERNEL = $(TARGET_CC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<
CC_VDSO = $(TARGET_CC) $(VDSO_CFLAGS) -MMD -MP -c -o $@ $<
CC_USER = $(TARGET_CC) $(USER_CFLAGS) -MMD -MP -c -o $@ $<
# Labels that nasm's macros make are nobody's functions: debuggers must not see them.
NASM = nasm $(NASMFLAGS) -o $@ $< && $(OBJCOPY) --wildcard --strip-symbol='..@*' $@

$(filter-out $(O)/gen/%,$(filter %.c.o,$(KERNEL_OBJECTS))): $(O)/%.c.o: %.c $(O)/flags.kernel | $(GEN_HEADERS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC_KERNEL)
$(O)/gen/%.c.o: $(O)/gen/%.c $(O)/flags.kernel | $(GEN_HEADERS)
	$(call say,CC,$<)
	$(Q)$(CC_KERNEL)

$(call objects,$(VDSO_SOURCES)): $(O)/%.c.o: %.c $(call stamp,$(O)/flags.vdso,$(TARGET_CC) $(VDSO_CFLAGS)) | $(GEN_HEADERS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC_VDSO)

USER_OBJECTS := $(filter %.c.o,$(call objects,$(PROGRAM_SOURCES)) $(LIBC_OBJECTS) $(CRT0))
$(USER_OBJECTS): $(O)/%.c.o: %.c $(call stamp,$(O)/flags.user,$(TARGET_CC) $(USER_CFLAGS)) | $(GEN_HEADERS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC_USER)

# nasm knows one section of code a file when it writes line numbers: the stubs, with one each, have none.
$(O)/gen/%.asm.o: private NASMFLAGS := $(filter-out -g -F dwarf,$(NASMFLAGS))
$(O)/gen/%.asm.o: $(O)/gen/%.asm
	$(call say,NASM,$<)
	$(Q)$(NASM)
# nasm 2.16's -MD leaves out what a source includes: each depends on all that there is to include.
$(O)/%.asm.o: %.asm $(call stamp,$(O)/flags.nasm,$(NASMFLAGS)) $(filter %.inc,$(ALL_SOURCES) $(GEN_HEADERS)) $(GEN_OFFSETS)
	$(call say,NASM,$<)
	@mkdir -p $(@D)
	$(Q)$(NASM)

# --- The vDSO, which is part of the kernel's image ---

$(O)/vdso.so: $(call objects,$(VDSO_SOURCES)) arch/x86_64/vdso/vdso.lds $(call stamp,$(O)/list.vdso,$(VDSO_SOURCES) $(VDSO_LDFLAGS))
	$(call say,LD,$@)
	$(Q)$(LD) $(VDSO_LDFLAGS) -o $@ $(call objects,$(VDSO_SOURCES))
$(O)/vdso.so.stripped: $(O)/vdso.so
	$(Q)$(OBJCOPY) --strip-all $< $@
$(O)/arch/x86_64/vdso_image.asm.o: $(O)/vdso.so.stripped

# --- The kernel is linked twice: without and with the table of its own symbols and lines, which lies behind the text. ---

$(O)/limen.pass1.elf: $(KERNEL_OBJECTS) linker.ld $(call stamp,$(O)/list.kernel,$(KERNEL_SOURCES) $(KERNEL_LDFLAGS))
	$(call say,LD,$@)
	$(Q)$(LD) $(KERNEL_LDFLAGS) -o $@ $(KERNEL_OBJECTS)
$(O)/gen/kallsyms.asm: $(O)/limen.pass1.elf tools/gen_kallsyms
	$(call say,GEN,$@)
	$(Q)tools/gen_kallsyms $< $@
$(O)/limen.elf: $(O)/limen.pass1.elf $(O)/gen/kallsyms.asm.o
	$(call say,LD,$@)
	$(Q)$(LD) $(KERNEL_LDFLAGS) -o $@ $(KERNEL_OBJECTS) $(O)/gen/kallsyms.asm.o
	$(Q)tools/gen_kallsyms --same-text $< $@
$(O)/limen.boot: $(O)/limen.elf
	$(Q)$(OBJCOPY) --strip-all $< $@

# --- libc and programs ---

$(O)/libc.a: $(LIBC_OBJECTS) $(O)/list.libc
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(LIBC_OBJECTS)

define program_rule
$(O)/$1.elf: $(call objects,$(call program_sources,$1)) $(call stamp,$(O)/list.$(subst /,.,$1),$(call program_sources,$1))
endef
$(foreach program,$(PROGRAMS),$(eval $(call program_rule,$(program))))
$(addprefix $(O)/,$(addsuffix .elf,$(PROGRAMS))): $(CRT0) $(O)/libc.a
	$(call say,LD,$@)
	$(Q)$(LD) $(USER_LDFLAGS) -o $@ $(CRT0) $(filter-out $(CRT0),$(filter %.o,$^)) $(O)/libc.a

$(O)/strip/%: $(O)/%.elf
	@mkdir -p $(@D)
	$(Q)$(OBJCOPY) --strip-debug $< $@

ROOT_FILES := $(shell find user/root 2>/dev/null)
$(O)/help: tools/gen_help $(filter user/%.c,$(SOURCES)) $(call stamp,$(O)/list.help,$(USER_PROGRAMS))
	$(Q)tools/gen_help -o $@ user
$(O)/root.cpio: tools/mkcpio tools/root.nodes $(addprefix $(O)/strip/,$(USER_PROGRAMS)) $(ROOT_FILES) $(O)/help \
		$(call stamp,$(O)/list.root,$(USER_PROGRAMS) $(ROOT_FILES))
	$(call say,CPIO,$@)
	$(Q)tools/mkcpio -o $@ --nodes tools/root.nodes $(wildcard user/root) \
		$(O)/help:/etc/help $(foreach program,$(USER_PROGRAMS),$(O)/strip/$(program):/bin/$(notdir $(program)))
# The programs that Limen has none of its own of, from this machine: for who sits before it, not for tests.
$(O)/busybox.cpio: tools/gen_busybox tools/mkcpio $(O)/help user/root/etc/motd $(shell command -v busybox)
	$(Q)tools/gen_busybox -o $@ --help $(O)/help --motd user/root/etc/motd
$(O)/tests.cpio: tools/mkcpio $(addprefix $(O)/strip/,$(TEST_PROGRAMS)) $(call stamp,$(O)/list.tests,programs: $(TEST_PROGRAMS))
	$(call say,CPIO,$@)
	$(Q)tools/mkcpio -o $@ $(foreach program,$(TEST_PROGRAMS),$(O)/strip/$(program):/tests/$(notdir $(program)))

# --- Tests ---

$(ABI_PROGRAMS): build/tests/abi/%: tests/abi/%.c
	$(call say,MUSL,$<)
	@mkdir -p $(@D)
	$(Q)musl-gcc $(ABI_CFLAGS) -MMD -MP -MF $@.d -o $@ $<

$(UNIT_OBJECTS): build/unit/%.c.o: %.c
	$(call say,HOSTCC,$<)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(UNIT_CFLAGS) -MMD -MP -c -o $@ $<
build/unit/lib.a: $(UNIT_OBJECTS)
	$(Q)rm -f $@ && $(HOSTAR) rcs $@ $(UNIT_OBJECTS)
$(UNIT_PROGRAMS): build/unit/%: tests/unit/%.c build/unit/lib.a
	$(call say,HOSTCC,$<)
	$(Q)$(HOSTCC) $(UNIT_CFLAGS) -MMD -MP -MF $@.d -o $@ $< build/unit/lib.a
unit: $(addsuffix .ok,$(UNIT_PROGRAMS))
build/unit/%.ok: build/unit/%
	$(call say,UNIT,$*)
	$(Q)$< > $@.log || { cat $@.log; exit 1; }
	@touch $@

# --- For editors and checkers ---

KERNEL_C := $(filter %.c,$(KERNEL_SOURCES)) arch/x86_64/asm_offsets.c
USER_C := $(filter user/%.c libc/%.c tests/prog/%.c,$(SOURCES))
json_entry = {"directory": "$(CURDIR)", "file": "$1", "command": "$(TARGET_CC) $2 -c $1"}
compile_commands.json: $(call stamp,build/commands.flavour,$(O)) $(O)/flags.kernel $(O)/flags.user $(call stamp,$(O)/list.c,$(O) $(KERNEL_C) $(VDSO_SOURCES) $(USER_C))
	$(file >$@,[)
	$(foreach file,$(KERNEL_C),$(file >>$@,$(call json_entry,$(file:gen/%=$(O)/gen/%),$(KERNEL_CFLAGS))$(,)))
	$(foreach file,$(VDSO_SOURCES),$(file >>$@,$(call json_entry,$(file),$(VDSO_CFLAGS))$(,)))
	$(foreach file,$(USER_C),$(file >>$@,$(call json_entry,$(file),$(USER_CFLAGS))$(,)))
	$(file >>$@,$(call json_entry,empty.c,)])
	@:

# Each check looks again only at what has changed since it was content.
C := build/check
FORMATTED := $(filter-out arch/x86_64/%.inc,$(filter %.c %.h,$(ALL_SOURCES)))
TIDIED := $(filter-out gen/% arch/x86_64/asm_offsets.c,$(KERNEL_C) $(VDSO_SOURCES) $(USER_C))
CPPCHECK := cppcheck --quiet --error-exitcode=1 --std=c11 --platform=unix64 --enable=warning,portability \
	--inline-suppr --suppressions-list=tools/cppcheck.suppress --cppcheck-build-dir=$C/cppcheck \
	-j $(shell nproc) -I. -I$(O) -DLIMEN_DEBUG=1 --max-configs=1

check: $C/layers $C/compat $C/format $C/cppcheck.done $(patsubst %,$C/%.tidy,$(TIDIED))

# This one takes a second and looks at files of all kinds.
.PHONY: $C/layers
$C/layers:
	$(call say,CHECK,layers and style)
	$(Q)tools/check_layers
	$(Q)tools/check_style
$C/compat: $(O)/gen/compat.done $(filter tests/abi/%.c tests/hostile/%.c,$(ALL_SOURCES)) docs/linux-compat.md
	$(call say,CHECK,system calls and their tests)
	@mkdir -p $C
	$(Q)tools/gen_compat --check
	@touch $@
$C/format: $(FORMATTED) .clang-format
	$(call say,CHECK,format)
	@mkdir -p $C
	$(Q)clang-format --dry-run -Werror $(filter %.c %.h,$?)
	@touch $@
$C/cppcheck.done: $(TIDIED) $(filter %.h,$(ALL_SOURCES)) tools/cppcheck.suppress | $(GEN_HEADERS)
	$(call say,CHECK,cppcheck)
	@mkdir -p $C/cppcheck
	$(Q)$(CPPCHECK) $(filter kernel/% arch/% boot/%,$(TIDIED))
	$(Q)$(CPPCHECK) -Ilibc/include $(filter libc/% user/% tests/%,$(TIDIED))
	@touch $@
$C/%.tidy: $(O)/%.o .clang-tidy | compile_commands.json
	$(call say,TIDY,$*)
	@mkdir -p $(@D)
	$(Q)clang-tidy --quiet -p . $* 2>$@.log || { cat $@.log; exit 1; }
	@touch $@

format:
	clang-format -i $(FORMATTED)

-include $(patsubst %.o,%.d,$(KERNEL_OBJECTS) $(call objects,$(VDSO_SOURCES)) $(LIBC_OBJECTS) $(CRT0) $(call objects,$(PROGRAM_SOURCES)) $(UNIT_OBJECTS))
-include $(O)/gen/asm_offsets.d $(addsuffix .d,$(ABI_PROGRAMS) $(UNIT_PROGRAMS))
