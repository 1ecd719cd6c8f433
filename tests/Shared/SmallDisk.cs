using System.ComponentModel;
using System.Diagnostics;

namespace MtlStudio.Testing;

/// <summary>A file system in memory that a test can fill.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string root) => Root = root;

    public string Root { get; }

    private string Filler => Path.Combine(Root, "filler");

    public static SmallDisk Mount(string root, int megabytes)
    {
        if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", root) != 0) Assert.Skip("This machine lets the test mount no small disk");
        return new(root);
    }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        // Unbuffered: nothing is left to be written, and to fail, at the end.
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[1 << 16];
        for (var size = block.Length; size > 0; size /= 2)
            try
            {
                while (true)
                {
                    file.Write(block, 0, size);
                    file.Flush(flushToDisk: true);
                }
            }
            catch (IOException)
            {
                // Smaller pieces may fit yet.
            }
    }

    public void Free() => File.Delete(Filler);

    public void Remount(string mode) => Assert.Equal(0, Run("mount", "-o", $"remount,{mode}", Root));

    public void Dispose() => Run("umount", "-l", Root);

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            return -1;
        }
    }
}
