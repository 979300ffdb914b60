; The vDSO (arch/x86_64/vdso) as a file, in whole pages: programs map them where they lie.
;
; extern const char vdso_image[], vdso_image_end[];     arch/api/vdso.h

PAGE equ 4096

global vdso_image
global vdso_image_end

section .rodata progbits alloc noexec nowrite align=PAGE

vdso_image:
    incbin "vdso.so.stripped"
    align PAGE, db 0
vdso_image_end:
