; How every CPU but the first gets from reset to C (SDM vol. 3, 8.4).
;
; A startup interrupt starts a CPU in real mode at CS:IP = page:0 of a page below 1 MiB, to which
; smp.c has copied secondary_code .. secondary_code_end. On the boot page tables (boot/start.asm),
; whose identity map holds that page, it goes straight to long mode, then to the kernel's tables.

%include "arch/x86_64/entry.inc"

CR0_PE          equ 1 << 0
CR0_WP          equ 1 << 16
CR0_PG          equ 1 << 31
CR4_PAE         equ 1 << 5
MSR_EFER        equ 0xc0000080
MSR_GS_BASE     equ 0xc0000101
EFER_LME        equ 1 << 8
EFER_NXE        equ 1 << 11
CODE32          equ 0x08
CODE64          equ 0x10
DATA            equ 0x18

extern boot_page_table
extern secondary_main

global secondary_code
global secondary_code_end
global secondary_start

section .rodata progbits alloc noexec nowrite align=16

; Position-independent by hand: real-mode addresses are relative to the page (CS = page / 16), the
; linear ones in the descriptor pointer and the far jump are completed at run time.
bits 16
secondary_code:
    cli
    cld
    mov ax, cs
    mov ds, ax
    movzx ebx, ax
    shl ebx, 4                          ; EBX = where this page is
    lea eax, [ebx + gdt - secondary_code]
    mov [gdt_pointer - secondary_code + 2], eax
    lea eax, [ebx + long_mode - secondary_code]
    mov [far_address - secondary_code], eax

    mov eax, CR4_PAE
    mov cr4, eax
    mov eax, boot_page_table
    mov cr3, eax
    mov ecx, MSR_EFER
    rdmsr
    or eax, EFER_LME | EFER_NXE
    wrmsr
    lgdt [gdt_pointer - secondary_code]
    mov eax, CR0_PG | CR0_WP | CR0_PE   ; protection and paging at once: long mode is active
    mov cr0, eax
    jmp far dword [far_address - secondary_code]

bits 64
long_mode:
    mov ax, DATA
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov rax, secondary_high
    jmp rax

    align 8
gdt:
    dq 0
    dq 0
    dq 0x00af9b000000ffff               ; CODE64
    dq 0x00cf93000000ffff               ; DATA
gdt_pointer:
    dw $ - gdt - 1
    dd 0
far_address:
    dd 0
    dw CODE64
secondary_code_end:

section .text.entry progbits alloc exec nowrite align=16

secondary_high:
    CFI_OUTERMOST
    mov rax, [abs secondary_start]      ; page_table
    mov cr3, rax
    mov rsp, [abs secondary_start + 8]  ; stack_top
    mov rax, [abs secondary_start + 16] ; gs_base
    mov rdx, rax
    shr rdx, 32
    mov ecx, MSR_GS_BASE
    wrmsr
    xor ebp, ebp
    call secondary_main
    ud2
    CFI_END

section .data progbits alloc noexec write align=8

secondary_start:
    dq 0, 0, 0
