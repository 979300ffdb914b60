; The first instructions in the higher half: a stack and per-CPU data, then C.
;
; Comes from boot/start.asm. EDI = magic, EBP = information; the upper halves of RDI and RBP are not
; defined yet. GS is pointed at CPU 0's per-CPU area; the first line of C fills it.

%include "kernel/abi/cfi.inc"

BOOT_STACK_SIZE equ 16384
MSR_GS_BASE     equ 0xc0000101

extern upcall_main
extern _percpu_start
extern _percpu_boot

global start64
global boot_cpu_stack_top

section .text.entry progbits alloc exec nowrite align=16

start64:
    CFI_OUTERMOST
    mov rsp, boot_cpu_stack_top

    mov rax, _percpu_boot
    mov rcx, _percpu_start
    sub rax, rcx
    mov rdx, rax
    shr rdx, 32
    mov ecx, MSR_GS_BASE
    wrmsr

    mov edi, edi                    ; upcall_main(magic, information)
    mov esi, ebp
    xor ebp, ebp                    ; ends every backtrace
    call upcall_main
    ud2
    CFI_END

section .bss nobits alloc noexec write align=4096

boot_cpu_stack:
    resb BOOT_STACK_SIZE
boot_cpu_stack_top:
