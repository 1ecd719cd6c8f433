using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using MtlStudio.Store;
using MtlStudio.Store.Sqlite;

namespace MtlStudio.Migrations.Sqlite;

/// <summary>
/// The context that <c>dotnet ef</c> compares with the last migration. A new one is made by
/// <c>dotnet ef migrations add NAME --project migrations/Sqlite --startup-project migrations/Sqlite</c>; a merged one never changes.
/// </summary>
public sealed class StudioContextFactory : IDesignTimeDbContextFactory<StudioContext>
{
    public StudioContext CreateDbContext(string[] args)
    {
        var builder = new DbContextOptionsBuilder<StudioContext>();
        new SqliteEngine("design-time.db").Configure(builder);
        return new(builder.Options);
    }
}
