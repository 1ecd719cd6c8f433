namespace MtlStudio.Core.Datasets.Detection.Forms;

/// <summary>Rows whose answer lies inside a list of records.</summary>
internal static class NestedForm
{
    public static FormDraft? Try(Table table)
    {
        if (table.Of(ColumnNature.Records).FirstOrDefault() is not { } records) return null;
        records.Become(ColumnRole.Other, "records", "a list of records");
        return new FormDraft(TaskForm.Nested, Confidence.Likely, [$"{records.As} holds a list of records in each row"])
        {
            Name = "nested",
            Later = $"Records inside records come later. Until then, write one row for each record of {records.As}, with its fields as columns",
        };
    }
}
