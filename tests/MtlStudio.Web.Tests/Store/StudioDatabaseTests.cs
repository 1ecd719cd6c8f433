using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store;

public sealed class StudioDatabaseTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Model_HasNoPendingChanges_WhenComparedWithTheLastMigration()
    {
        await using var host = await StoreHost.OpenAsync();
        await using var context = host.Context();
        Assert.False(context.Database.HasPendingModelChanges());
        Assert.Empty(await context.Database.GetPendingMigrationsAsync(Cancellation));
    }

    /// <summary>After a new migration <c>MTLSTUDIO_WRITE_SCHEMA=1</c> writes the script anew.</summary>
    [Fact]
    public async Task Schema_IsTheScriptOfAllMigrations()
    {
        await using var host = await StoreHost.OpenAsync();
        await using var context = host.Context();
        var script = context.GetService<IMigrator>().GenerateScript().ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("MTLSTUDIO_WRITE_SCHEMA") == "1") await File.WriteAllTextAsync(SourceFile(), script, Cancellation);
        using var reader = new StreamReader(System.Reflection.Assembly.Load(MtlStudio.Store.Sqlite.SqliteEngine.MigrationsAssembly).GetManifestResourceStream("schema.sql")!);
        Assert.Equal(script, (await reader.ReadToEndAsync(Cancellation)).ReplaceLineEndings("\n"));
    }

    private static string SourceFile([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "migrations", "Sqlite", "schema.sql"));

    [Fact]
    public async Task OpenAsync_Starts_WhenAKilledMigrationLeftItsLock()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await host.CreateAsync();
        await Execute(host, "CREATE TABLE \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL PRIMARY KEY, \"Timestamp\" TEXT NOT NULL)");
        await Execute(host, "INSERT INTO \"__EFMigrationsLock\" (\"Id\", \"Timestamp\") VALUES (1, '2020-01-01')");
        await host.Database.DisposeAsync();
        await using var again = await StoreHost.OpenAsync(host.Folder);
        Assert.Equal(run.Name, (await again.Store.GetAsync(run.Id, Cancellation)).Name);
    }

    [Fact]
    public async Task OpenAsync_RefusesWithTheFolder_WhenAnotherStudioHoldsIt()
    {
        await using var host = await StoreHost.OpenAsync();
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => StoreHost.OpenAsync(host.Folder));
        Assert.Contains(host.Folder.Root, refused.Message);
    }

    [Fact]
    public async Task Check_FindsTheDatabaseSound_WhenTheLastEndWasUnclean()
    {
        await using var host = await StoreHost.OpenAsync();
        Assert.False((await host.Database.Check).Due);
        await host.CreateAsync();
        await host.Database.DisposeAsync();
        await File.WriteAllTextAsync(host.Folder.Database + ".open", "", Cancellation);
        await using var again = await StoreHost.OpenAsync(host.Folder);
        var check = await again.Database.Check;
        Assert.True(check.Due);
        Assert.Empty(check.Faults);
    }

    [Fact]
    public async Task Check_NamesTheFault_WhenAPageIsDamaged()
    {
        await using var host = await StoreHost.OpenAsync();
        for (var i = 0; i < 40; i++) await host.CreateAsync($"run {i}");
        var page = await RootPageOf(host, "run");
        await host.Database.DisposeAsync();
        await using (var file = new FileStream(host.Folder.Database, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = (page - 1) * 4096L + 8;
            file.Write(Enumerable.Repeat((byte)0xA5, 2000).ToArray());
        }
        await File.WriteAllTextAsync(host.Folder.Database + ".open", "", Cancellation);
        await using var again = await StoreHost.OpenAsync(host.Folder);
        Assert.NotEmpty((await again.Database.Check).Faults);
    }

    [Fact]
    public async Task DisposeAsync_LeavesOneTidyFile()
    {
        await using var host = await StoreHost.OpenAsync();
        await host.CreateAsync();
        await host.Database.DisposeAsync();
        Assert.False(File.Exists(host.Folder.Database + ".open"));
        Assert.True(!File.Exists(host.Folder.Database + "-wal") || new FileInfo(host.Folder.Database + "-wal").Length == 0);
    }

    [Fact]
    public async Task BackupAsync_WritesAWholeDatabase_WhileTheStudioWorks()
    {
        await using var host = await StoreHost.OpenAsync();
        var run = await host.CreateAsync("kept");
        var path = await host.Database.BackupAsync(cancellation: Cancellation);
        await host.CreateAsync("later");
        await using var copy = new SqliteConnection($"Data Source={path};Pooling=False");
        copy.Open();
        using var command = copy.CreateCommand();
        command.CommandText = "SELECT group_concat(name) FROM run";
        Assert.Equal("kept", command.ExecuteScalar());
        Assert.Single(Directory.GetFiles(host.Folder.Backups));
        Assert.Equal(RunState.Queued, run.State);
    }

    [Fact]
    public async Task Connections_KeepTheirDurability()
    {
        await using var host = await StoreHost.OpenAsync();
        await using var context = host.Context();
        Assert.Equal(2, (await context.Database.SqlQueryRaw<int>("SELECT synchronous AS Value FROM pragma_synchronous").ToListAsync(Cancellation)).Single());
        await using var ingestion = host.Get<IStoreEngine>().OpenIngestion();
        using var command = ingestion.CreateCommand();
        command.CommandText = "PRAGMA synchronous";
        Assert.Equal(1L, command.ExecuteScalar());
        command.CommandText = "PRAGMA journal_mode";
        Assert.Equal("wal", command.ExecuteScalar());
    }

    private static async Task Execute(StoreHost host, string sql)
    {
        await using var context = host.Context();
        await context.Database.ExecuteSqlRawAsync(sql, Cancellation);
    }

    private static async Task<long> RootPageOf(StoreHost host, string table)
    {
        await using var context = host.Context();
        return (await context.Database.SqlQueryRaw<long>("SELECT rootpage AS Value FROM sqlite_master WHERE name = {0}", table).ToListAsync(Cancellation)).Single();
    }
}
