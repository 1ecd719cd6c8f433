using Microsoft.Data.Sqlite;
using MtlStudio.Benchmarks.Compare;
using MtlStudio.Core.IO;

namespace MtlStudio.Benchmarks.Load;

/// <summary>
/// A store of many runs of many tasks, written by the ingestion that every run goes through. Twenty runs hold a point of each task's loss
/// at every step and stand beside their baselines (of 40 tasks, under five seeds); the others hold one at each twentieth step, so that the whole fits
/// a few gigabytes and minutes.
/// </summary>
internal static class LoadStore
{
    public const int Tasks = 40, Steps = 20_000, Compared = 20, Sparse = 20;

    /// <summary>Runs there are in all, without baselines.</summary>
    public static int Runs(string folder) => File.Exists(new DataFolder(folder).Database) ? (int)Number(folder, "SELECT COUNT(*) FROM run WHERE baseline_task IS NULL") : 0;

    public static IReadOnlyList<long> ComparedRuns(string folder)
    {
        using var connection = Open(folder);
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT id FROM run WHERE baseline_task IS NULL ORDER BY id LIMIT {Compared}";
        using var reader = command.ExecuteReader();
        var ids = new List<long>();
        while (reader.Read()) ids.Add(reader.GetInt64(0));
        return ids;
    }

    /// <summary>Adds what the folder lacks to hold so many runs.</summary>
    public static async Task GrowAsync(string folder, int runs)
    {
        var there = Runs(folder);
        if (there == 0)
        {
            await CompareStore.FillAsync(folder, new(Compared, Tasks, Steps, Examples: 200));
            there = Compared;
        }
        if (runs > there) await CompareStore.FillAsync(folder, new(runs - there, Tasks, Steps, Examples: 50) { Every = Sparse, Baselines = false, First = there });
    }

    public static double Number(string folder, string sql)
    {
        using var connection = Open(folder);
        using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (sql, 0);
        return Convert.ToDouble(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static SqliteConnection Open(string folder)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = new DataFolder(folder).Database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
