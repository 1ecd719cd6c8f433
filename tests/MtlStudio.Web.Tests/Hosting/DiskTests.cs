using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Web.Hosting;
using MtlStudio.Web.Tests.Api;

namespace MtlStudio.Web.Tests.Hosting;

/// <summary>What the studio says where its data folder is full or may not be written to, on a small disk of its own.</summary>
public sealed class DiskTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task FullDisk_IsSaidWithItsCure_AndKeepsNothingHalf()
    {
        using var folder = new TemporaryFolder();
        using var disk = SmallDisk.Mount(folder.Root, megabytes: 64);
        await using var studio = await TestStudio.StartAsync(disk.Root, configure: null);
        await studio.GetAsync("presets");
        var datasets = (await studio.GetAsync("datasets")).GetProperty("total").GetInt32();
        disk.Fill();

        using var rows = new MultipartFormDataContent { { new StringContent(string.Concat(Enumerable.Repeat("{\"q\":\"how much is one and one\",\"a\":\"2\"}\n", 200))), "train", "qa.jsonl" } };
        var upload = await studio.RefusedAsync(HttpMethod.Post, "/api/v1/datasets", HttpStatusCode.InsufficientStorage, rows);
        Assert.Contains("Free some space", upload.GetProperty("detail").GetString());
        var backup = await studio.RefusedAsync(HttpMethod.Post, "/api/v1/settings/backups", HttpStatusCode.InsufficientStorage);
        Assert.Contains("Free some space", backup.GetProperty("detail").GetString());
        Assert.Empty((await studio.GetAsync("settings/backups")).GetProperty("items").EnumerateArray());
        Assert.Equal(datasets, (await studio.GetAsync("datasets")).GetProperty("total").GetInt32());

        disk.Free();
        await studio.SendAsync(HttpMethod.Post, "settings/backups", null, HttpStatusCode.Created);
        await studio.SendAsync(HttpMethod.Put, "settings/judging", """{"smallestDifference":2}""", HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task ReadOnlyFolder_IsRefusedAtTheStart_WithItsCure()
    {
        using var folder = new TemporaryFolder();
        using var disk = SmallDisk.Mount(folder.Root, megabytes: 64);
        await using (await TestStudio.StartAsync(disk.Root, configure: null)) { }
        disk.Remount("ro");
        var fault = await Assert.ThrowsAsync<InvalidInputException>(() => StudioHost.BuildAsync(["--urls", "http://127.0.0.1:0", $"--Studio:DataFolder={disk.Root}", "--Logging:LogLevel:Default=None"]));
        Assert.Equal("Studio:DataFolder", fault.Errors[0].Field);
        Assert.Contains("change its rights, or give another folder", fault.Errors[0].Message);
    }

    /// <summary>A file system in memory that a test can fill.</summary>
    private sealed class SmallDisk : IDisposable
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
}
