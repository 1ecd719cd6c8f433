using System.Globalization;
using System.Text;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using Parquet;
using Parquet.Data;
using Parquet.Meta;
using Parquet.Schema;

namespace MtlStudio.Core.Datasets;

/// <summary>Flat Parquet, a row group at a time. Fields of plain structs are flattened (<c>a.b</c>); lists and maps are refused.</summary>
internal sealed class ParquetRowReader : IRowReader
{
    private readonly ReadContext context;
    private readonly DataField[] fields;
    private long characters;

    public ParquetRowReader(ReadContext context)
    {
        this.context = context;
        fields = Wait(() => ParquetReader.ReadSchemaAsync(context.Path)).DataFields;
        var nested = fields.Where(field => field.MaxRepetitionLevel > 0).Select(field => field.Path.FirstPart!).Distinct().ToList();
        if (nested.Count > 0)
            throw context.Faults.Fatal(context.Name, null,
                $"{(nested.Count == 1 ? "the column" : "the columns")} {string.Join(", ", nested)} hold{(nested.Count == 1 ? "s" : "")} lists or maps, and only flat Parquet is read: write it as JSONL, where lists are kept");
        Columns = ColumnNaming.Decide(context, null, [.. fields.Select(field => string.Join('.', field.Path.ToList()))], fields.Length);
    }

    public ColumnSet Columns { get; }
    public bool HasFixedColumns => true;

    public IEnumerable<Row> Rows()
    {
        using var stream = File.OpenRead(context.Path);
        var reader = Wait(() => ParquetReader.CreateAsync(stream, leaveStreamOpen: true, cancellationToken: context.Cancellation));
        try
        {
            for (var group = 0; group < reader.RowGroupCount; group++)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                CheckSize(reader.Metadata!.RowGroups[group], group);
                characters = 0;
                using var rows = reader.OpenRowGroupReader(group);
                var columns = Array.ConvertAll(fields, field => ReadColumn(rows, field));
                context.BytesRead = stream.Length * (group + 1) / reader.RowGroupCount;
                for (var i = 0; i < rows.RowCount; i++)
                    yield return new Row(Columns, Array.ConvertAll(columns, column => column[i]));
            }
        }
        finally
        {
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>A few bytes may claim to be very many rows.</summary>
    private void CheckSize(RowGroup group, int number)
    {
        if (group.NumRows > DatasetLimits.GroupRows)
            throw context.Faults.Fatal(context.Name, null, $"its row group {number + 1} has {group.NumRows:N0} rows, and {DatasetLimits.GroupRows:N0} are the most that are read at once: write it with smaller row groups");
        var bytes = group.Columns.Sum(column => column.MetaData?.TotalUncompressedSize ?? 0);
        if (bytes > DatasetLimits.GroupBytes) throw TooLarge($"{ByteText.Of(bytes)}");
    }

    private InvalidInputException TooLarge(string size) => context.Faults.Fatal(context.Name, null,
        $"one of its row groups unpacks to {size}, and {ByteText.Of(DatasetLimits.GroupBytes)} are the most that are read at once: write it with smaller row groups, or see whether it is what it says");

    /// <summary>A dictionary's one long text may stand in very many rows.</summary>
    private string Text(ReadOnlyMemory<char> text)
    {
        if (text.Length > DatasetLimits.LineLength) throw context.Faults.Fatal(context.Name, null, $"a value is longer than {ByteText.Of(DatasetLimits.LineLength)}, the most a row may have: split it into several rows");
        if ((characters += text.Length) > DatasetLimits.GroupBytes) throw TooLarge($"more than {ByteText.Of(DatasetLimits.GroupBytes)} of text");
        return text.ToString();
    }

    private Cell[] ReadColumn(ParquetRowGroupReader rows, DataField field)
    {
        using var raw = Wait(() => rows.ReadRawColumnDataBaseAsync(field, context.Cancellation).AsTask());
        return raw switch
        {
            RawColumnData<ReadOnlyMemory<char>> texts => Cells(texts, field, text => new Cell(Text(text))),
            RawColumnData<ReadOnlyMemory<byte>> bytes => Cells(bytes, field, value => Bytes(value, field)),
            RawColumnData<bool> values => Cells(values, field, value => new Cell(value ? "true" : "false", true)),
            RawColumnData<sbyte> values => Cells(values, field, Number),
            RawColumnData<byte> values => Cells(values, field, Number),
            RawColumnData<short> values => Cells(values, field, Number),
            RawColumnData<ushort> values => Cells(values, field, Number),
            RawColumnData<int> values => Cells(values, field, Number),
            RawColumnData<uint> values => Cells(values, field, Number),
            RawColumnData<long> values => Cells(values, field, Number),
            RawColumnData<ulong> values => Cells(values, field, Number),
            RawColumnData<decimal> values => Cells(values, field, Number),
            RawColumnData<float> values => Cells(values, field, value => float.IsFinite(value) ? Number(value) : new Cell(value.ToString(CultureInfo.InvariantCulture))),
            RawColumnData<double> values => Cells(values, field, value => double.IsFinite(value) ? Number(value) : new Cell(value.ToString(CultureInfo.InvariantCulture))),
            RawColumnData<DateTime> values => Cells(values, field, value => new Cell(value.ToString("O", CultureInfo.InvariantCulture))),
            RawColumnData<DateOnly> values => Cells(values, field, value => new Cell(value.ToString("O", CultureInfo.InvariantCulture))),
            RawColumnData<TimeOnly> values => Cells(values, field, value => new Cell(value.ToString("O", CultureInfo.InvariantCulture))),
            RawColumnData<TimeSpan> values => Cells(values, field, value => new Cell(value.ToString("c", CultureInfo.InvariantCulture))),
            RawColumnData<Guid> values => Cells(values, field, value => new Cell(value.ToString())),
            _ => throw context.Faults.Fatal(context.Name, null,
                $"the column {field.Name} is of the type {field.ClrType.Name}, which is not read: write it as text or numbers, or leave it out"),
        };
    }

    /// <summary>The values in their rows; below the greatest definition level there is none (Dremel encoding, Melnik et al. 2010).</summary>
    private static Cell[] Cells<T>(RawColumnData<T> column, DataField field, Func<T, Cell> cell) where T : struct
    {
        var values = column.Values;
        if (field.MaxDefinitionLevel == 0)
        {
            var all = new Cell[values.Length];
            for (var i = 0; i < all.Length; i++) all[i] = cell(values[i]);
            return all;
        }
        var levels = column.DefinitionLevels;
        var cells = new Cell[levels.Length];
        for (int i = 0, next = 0; i < cells.Length; i++)
            if (levels[i] == field.MaxDefinitionLevel) cells[i] = cell(values[next++]);
        return cells;
    }

    private static Cell Number<T>(T value) where T : IFormattable => new(value.ToString(null, CultureInfo.InvariantCulture), IsJson: true);

    /// <summary>A byte array without the logical type of a string: text where it is UTF-8.</summary>
    private Cell Bytes(ReadOnlyMemory<byte> value, DataField field)
    {
        try
        {
            return new Cell(TextEncodings.Get(TextEncodings.Utf8).GetString(value.Span));
        }
        catch (DecoderFallbackException)
        {
            throw context.Faults.Fatal(context.Name, null, $"the column {field.Name} holds bytes that are no UTF-8 text: leave it out, or write it as text");
        }
    }

    /// <summary>Parquet.Net is asynchronous only; its files are local, and imports run on threads of their own.</summary>
    private T Wait<T>(Func<Task<T>> read)
    {
        try
        {
            return Task.Run(read).GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException or UnauthorizedAccessException or FileNotFoundException))
        {
            throw context.Faults.Fatal(context.Name, null, $"it cannot be read as Parquet ({error.Message}): it is damaged or not whole; write it again");
        }
    }
}
