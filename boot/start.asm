; From the boot loader to C: 32-bit protected mode to 64-bit long mode in the higher half.
;
; On entry at boot_start (Multiboot2 Specification 3.3): 32-bit protected mode, paging off, flat
; segments, interrupts off, EAX = loader's magic number, EBX = physical address of its information.
;
; The page tables made here serve until arch/x86_64/paging.c has the final ones, and again as the
; first ones of every further CPU (arch/x86_64/secondary.asm). They map the first 4 GiB, writable
; and executable, three times by the same tables:
;
;     0                       the identity map, on which this code stands when paging goes on
;     DIRECT_BASE             so that phys_to_virt works from the first line of C
;     IMAGE_BASE              the kernel's link address (its first 2 GiB)

bits 32

PAGE_PRESENT    equ 1
PAGE_WRITE      equ 2
PAGE_LARGE      equ 0x80            ; 2 MiB
CR0_PG          equ 1 << 31
CR0_WP          equ 1 << 16
CR4_PAE         equ 1 << 5
MSR_EFER        equ 0xc0000080
EFER_LME        equ 1 << 8
EFER_NXE        equ 1 << 11
CPUID_LM        equ 1 << 29         ; leaf 80000001h, EDX: long mode
CPUID_NX        equ 1 << 20
EFLAGS_ID       equ 1 << 21         ; can be changed where there is CPUID
COM1            equ 0x3f8
DIRECT_SLOT     equ 273             ; DIRECT_BASE's entry in the top table
IMAGE_SLOT      equ 511

extern start64

global boot_start
global boot_page_table
global boot_gdt_pointer

section .boot.text progbits alloc exec nowrite align=16

boot_start:
    cli
    cld
    mov esp, boot_stack_top
    mov edi, eax                    ; kept for upcall_main(magic, info)
    mov ebp, ebx

    ; Does the CPU have what we need? Old ones don't even have CPUID.
    pushfd
    pop eax
    mov ecx, eax
    xor eax, EFLAGS_ID
    push eax
    popfd
    pushfd
    pop eax
    cmp eax, ecx
    je no_long_mode
    mov eax, 0x80000000
    cpuid
    cmp eax, 0x80000001
    jb no_long_mode
    mov eax, 0x80000001
    cpuid
    and edx, CPUID_LM | CPUID_NX
    cmp edx, CPUID_LM | CPUID_NX
    jne no_long_mode

    ; Four page directories of 2 MiB pages: the first 4 GiB.
    mov ecx, 0
.fill_directory:
    mov eax, ecx
    shl eax, 21
    or eax, PAGE_PRESENT | PAGE_WRITE | PAGE_LARGE
    mov [boot_directories + ecx * 8], eax
    mov dword [boot_directories + ecx * 8 + 4], 0
    inc ecx
    cmp ecx, 4 * 512
    jb .fill_directory

    ; The low pointer table maps all four at 0; the high one the first two at its end (-2 GiB).
    mov eax, boot_directories + PAGE_PRESENT + PAGE_WRITE
    mov [boot_pointers_low], eax
    mov [boot_pointers_high + 510 * 8], eax
    add eax, 4096
    mov [boot_pointers_low + 8], eax
    mov [boot_pointers_high + 511 * 8], eax
    add eax, 4096
    mov [boot_pointers_low + 16], eax
    add eax, 4096
    mov [boot_pointers_low + 24], eax

    mov eax, boot_pointers_low + PAGE_PRESENT + PAGE_WRITE
    mov [boot_page_table], eax
    mov [boot_page_table + DIRECT_SLOT * 8], eax
    mov eax, boot_pointers_high + PAGE_PRESENT + PAGE_WRITE
    mov [boot_page_table + IMAGE_SLOT * 8], eax

    ; Long mode: PAE, the tables, EFER, paging; then a 64-bit code segment.
    mov eax, cr4
    or eax, CR4_PAE
    mov cr4, eax
    mov eax, boot_page_table
    mov cr3, eax
    mov ecx, MSR_EFER
    rdmsr
    or eax, EFER_LME | EFER_NXE
    wrmsr
    mov eax, cr0
    or eax, CR0_PG | CR0_WP
    mov cr0, eax
    lgdt [boot_gdt_pointer]
    jmp CODE64:start64_low

; No 64-bit CPU: say so on COM1 and stop.
no_long_mode:
    mov esi, message_no_long_mode
    mov dx, COM1
.next:
    lodsb
    test al, al
    jz .halt
    out dx, al
    jmp .next
.halt:
    hlt
    jmp .halt

bits 64

start64_low:
    mov ax, DATA
    mov ds, ax
    mov es, ax
    mov ss, ax
    xor eax, eax
    mov fs, ax
    mov gs, ax
    mov rax, start64                ; the higher half; EDI = magic, EBP = information
    jmp rax

section .boot.data progbits alloc noexec write align=16

message_no_long_mode:
    db "panic: this CPU has no 64-bit mode with no-execute pages; Limen needs both", 13, 10, 0

    align 8
boot_gdt:
    dq 0
CODE64 equ $ - boot_gdt
    dq 0x00af9a000000ffff           ; code, ring 0, 64-bit
DATA   equ $ - boot_gdt
    dq 0x00cf92000000ffff           ; data, ring 0
boot_gdt_pointer:
    dw $ - boot_gdt - 1
    dq boot_gdt

section .boot.bss nobits alloc noexec write align=4096

boot_page_table:
    resb 4096
boot_pointers_low:
    resb 4096
boot_pointers_high:
    resb 4096
boot_directories:
    resb 4 * 4096
boot_stack_bottom:
    resb 1024
boot_stack_top:
