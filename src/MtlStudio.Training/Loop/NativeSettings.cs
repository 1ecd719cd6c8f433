using System.Runtime.InteropServices;

namespace MtlStudio.Training.Loop;

/// <summary>Settings of native libraries that they read once, when they are loaded: call before the first tensor.</summary>
public static partial class NativeSettings
{
    /// <summary>
    /// Lets OpenMP's threads sleep while they wait for each other. By default they spin, and where another program wants
    /// the same cores a run of two threads then takes 16 times as long (measured beside builds).
    /// And lets malloc keep the blocks of one step for the next, where it would hand them back to the system.
    /// </summary>
    public static void Apply()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", 0 /* what a user has set stands */);
            _ = MallocOption(-3 /* M_MMAP_THRESHOLD */, 32 << 20);
            _ = MallocOption(-1 /* M_TRIM_THRESHOLD */, 512 << 20);
            _ = MallocOption(-2 /* M_TOP_PAD */, 16 << 20);
        }
        catch (EntryPointNotFoundException) { /* another C library than glibc */ }
    }

    /// <summary>
    /// Lets blocks of a megabyte and more go back to the system as they are freed, where memory matters more than time. Kept blocks
    /// lie scattered between those that live: with half of the layers checkpointed the heap then holds as much as without any (measured).
    /// </summary>
    public static void HandBackLargeBlocks()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = MallocOption(-3 /* M_MMAP_THRESHOLD */, 1 << 20);
            _ = MallocOption(-1 /* M_TRIM_THRESHOLD */, 32 << 20);
        }
        catch (EntryPointNotFoundException) { /* another C library than glibc */ }
    }

    /// <summary>Hands freed blocks back to the system, after memory ran out.</summary>
    public static void ReleaseFreed()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException) { /* another C library than glibc */ }
    }

    // .NET's own SetEnvironmentVariable does not reach getenv of native code.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int option, int value);
}
