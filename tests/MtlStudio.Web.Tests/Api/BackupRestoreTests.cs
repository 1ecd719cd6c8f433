using System.Net;
using MtlStudio.Core.IO;
using MtlStudio.Testing;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Api;

public sealed class BackupRestoreTests
{
    private static readonly string Rig = Path.Combine(AppContext.BaseDirectory, "MtlStudio.TestRig");

    [Fact]
    public async Task Restore_TakesTheBackupsPlaceAtTheNextStart_AndSetsLaterRunsAside()
    {
        using var folder = new TemporaryFolder();
        var data = new DataFolder(folder.Root);
        string backup;
        await using (var studio = await TestStudio.StartAsync(folder.Root, configure: null, $"--Studio:Supervision:Trainer={Rig}"))
        {
            await studio.SendAsync(HttpMethod.Put, "settings/judging", """{"smallestDifference":3}""", HttpStatusCode.OK);
            backup = (await studio.SendAsync(HttpMethod.Post, "settings/backups", null, HttpStatusCode.Created)).Body.GetProperty("name").GetString()!;
            Assert.Equal(backup, (await studio.GetAsync("settings/backups")).GetProperty("items")[0].GetProperty("name").GetString());
            await studio.SendAsync(HttpMethod.Put, "settings/judging", """{"smallestDifference":9}""", HttpStatusCode.OK);
            Directory.CreateDirectory(data.Run(1).Root);
            await File.WriteAllTextAsync(data.Run(1).Log, "of a run that the backup does not know", TestContext.Current.CancellationToken);

            var (staged, _) = await studio.SendAsync(HttpMethod.Post, $"settings/backups/{backup}/restore", null, HttpStatusCode.Accepted);
            Assert.Contains("At the next start the database goes back to", staged.GetProperty("statement").GetString());
            await studio.SendAsync(HttpMethod.Delete, "settings/restore", null, HttpStatusCode.NoContent);
            Assert.False((await studio.GetAsync("settings/backups")).TryGetProperty("staged", out _));
            await studio.SendAsync(HttpMethod.Post, $"settings/backups/{backup}/restore", null, HttpStatusCode.Accepted);
            Assert.Equal(9, (await studio.GetAsync("settings/judging")).GetProperty("smallestDifference").GetDouble());
        }
        await using (var studio = await TestStudio.StartAsync(folder.Root, configure: null, $"--Studio:Supervision:Trainer={Rig}"))
        {
            Assert.Equal(3, (await studio.GetAsync("settings/judging")).GetProperty("smallestDifference").GetDouble());
            var backups = await studio.GetAsync("settings/backups");
            Assert.False(backups.TryGetProperty("staged", out _));
            Assert.Contains(backups.GetProperty("items").EnumerateArray(), file => file.GetProperty("name").GetString()!.StartsWith("before-restore-", StringComparison.Ordinal));
            Assert.False(Directory.Exists(data.Run(1).Root));
            Assert.Single(Directory.GetFiles(Path.Combine(folder.Root, "set-aside"), "log.txt", SearchOption.AllDirectories));
        }
    }

    [Fact]
    public async Task Stage_RefusesWhatIsNoBackup_AndStagesNothing()
    {
        await using var studio = await TestStudio.StartAsync();
        var data = new DataFolder(studio.DataFolder);
        await File.WriteAllTextAsync(Path.Combine(data.Backups, "torn.db"), "not a database at all, though its name says so", TestContext.Current.CancellationToken);
        foreach (var name in new[] { "torn.db", "absent.db", "..%2Fstudio.db" })
            Assert.Equal(["name"], (await studio.RefusedAsync(HttpMethod.Post, $"/api/v1/settings/backups/{name}/restore", HttpStatusCode.BadRequest)).Fields());
        Assert.False(File.Exists(Path.Combine(studio.DataFolder, "restore.db")));
        using var copy = await studio.Client.GetAsync("/api/v1/settings/backups/torn.db", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, copy.StatusCode);
    }
}
