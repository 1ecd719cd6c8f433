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
    public async Task DamagedDatabase_IsRefusedAtTheStart_WithItsCure()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["studio.db"], string.Concat(Enumerable.Repeat("no database at all, but long enough for a page of one", 100)), Token);
        var fault = await Assert.ThrowsAsync<InvalidInputException>(() => StudioHost.BuildAsync(["--urls", "http://127.0.0.1:0", $"--Studio:DataFolder={folder.Root}", "--Logging:LogLevel:Default=None"]));
        Assert.Contains("put a copy from its backups in place", fault.Errors[0].Message);
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
}
