using System.Text;
using Microsoft.EntityFrameworkCore;

namespace MtlStudio.Store.Conventions;

/// <summary>Names tables and columns in lower snake_case, which SQLite and PostgreSQL both read unquoted: hand-written SQL is then the same for both.</summary>
internal static class SnakeCase
{
    public static void Apply(ModelBuilder model)
    {
        // The names of keys and indexes are made of the tables' names, so those come first.
        foreach (var entity in model.Model.GetEntityTypes()) entity.SetTableName(Of(entity.ClrType.Name));
        foreach (var entity in model.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties()) property.SetColumnName(Of(property.Name));
            foreach (var key in entity.GetKeys()) key.SetName(Of(key.GetName()!));
            foreach (var key in entity.GetForeignKeys()) key.SetConstraintName(Of(key.GetConstraintName()!));
            foreach (var index in entity.GetIndexes()) index.SetDatabaseName(Of(index.GetDatabaseName()!));
        }
    }

    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && name[i - 1] != '_' && !char.IsUpper(name[i - 1])) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
