using System.Runtime.CompilerServices;

// Every structure that crosses to the kernel is blittable; nothing is converted behind our back.
[assembly: DisableRuntimeMarshalling]
