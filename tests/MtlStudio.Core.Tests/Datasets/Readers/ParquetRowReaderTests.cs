using MtlStudio.Core.Datasets;
using Parquet;
using Parquet.Schema;

namespace MtlStudio.Core.Tests.Datasets.Readers;

public sealed class ParquetRowReaderTests
{
    [Fact]
    public async Task Import_KeepsTypesAndNulls_WhenColumnsHaveThem()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Root, "types.parquet");
        DataField[] leaves = [new DataField<double?>("score"), new DataField<string>("note")];
        var schema = new ParquetSchema(
            new DataField<int>("id"), new DataField<long?>("count"), new DataField<bool>("ok"), new DataField<string>("text"),
            new DataField<DateTime>("when"), new StructField("inner", leaves));
        await using (var stream = File.Create(path))
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream, cancellationToken: cancel))
        {
            for (var group = 0; group < 2; group++)
            {
                using var rows = writer.CreateRowGroup();
                var fields = schema.DataFields;
                await rows.WriteAsync<int>(fields[0], new[] { 10 * group + 1, 10 * group + 2 }, cancellationToken: cancel);
                await rows.WriteAsync<long>(fields[1], new long?[] { null, 7 }, cancellationToken: cancel);
                await rows.WriteAsync<bool>(fields[2], new[] { true, false }, cancellationToken: cancel);
                await rows.WriteAsync(fields[3], new[] { "smörgås 😂", null });
                await rows.WriteAsync<DateTime>(fields[4], new[] { new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), DateTime.UnixEpoch }, cancellationToken: cancel);
                await rows.WriteAsync<double>(fields[5], new double?[] { 0.1, double.NaN }, cancellationToken: cancel);
                await rows.WriteAsync(fields[6], new[] { "", "x" });
            }
        }

        using var version = DatasetVersion.Open(folder.Import(path).Folder);
        Assert.Equal(["id", "count", "ok", "text", "when", "inner.score", "inner.note"], version.Columns);
        Assert.Equal(4, version.Count("train"));
        var (first, last) = (version.Get("train", 0), version.Get("train", 3));
        Assert.Equal(["1", "", "true", "smörgås 😂", "0.1", ""], new[] { "id", "count", "ok", "text", "inner.score", "inner.note" }.Select(column => first[column]));
        Assert.StartsWith("2026-01-02T03:04:05", first["when"], StringComparison.Ordinal);
        Assert.Equal(["12", "7", "false", "", "NaN", "x"], new[] { "id", "count", "ok", "text", "inner.score", "inner.note" }.Select(column => last[column]));
        Assert.Equal([true, false, true, false], new[] { first[0].IsJson, first[1].IsJson, first[5].IsJson, last[5].IsJson });
        Assert.True(first[1].IsAbsent);
        Assert.True(last[3].IsAbsent);
    }

    [Fact]
    public async Task Import_NamesTheLimit_WhenAFewBytesAreVeryManyRows()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Root, "bomb.parquet");
        var schema = new ParquetSchema(new DataField<int>("id"));
        await using (var stream = File.Create(path))
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream, cancellationToken: cancel))
        {
            using var rows = writer.CreateRowGroup();
            await rows.WriteAsync<int>(schema.DataFields[0], new int[DatasetLimits.GroupRows + 1], cancellationToken: cancel);
        }
        var error = Assert.Single(folder.Faults([new ImportFile(path, "train")]));
        Assert.Equal("bomb.parquet", error.Field);
        Assert.Contains("row group 1 has 5,000,001 rows, and 5,000,000 are the most", error.Message, StringComparison.Ordinal);
    }
}
