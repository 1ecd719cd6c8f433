using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MtlStudio.Core.IO;
using MtlStudio.Store.Judging;
using MtlStudio.Store.Sqlite;

namespace MtlStudio.Store;

/// <summary>The one place where the store is put together.</summary>
public static class StoreServices
{
    /// <summary>Registers the store on SQLite in <paramref name="folder"/>. Call <see cref="StudioDatabase.OpenAsync"/> before anything else of it.</summary>
    /// <param name="configure">Changes the context's options after the engine has set them, as the name of the migrations' assembly.</param>
    public static IServiceCollection AddStudioStore(this IServiceCollection services, DataFolder folder, Action<DbContextOptionsBuilder>? configure = null)
    {
        var engine = new SqliteEngine(folder.Database);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(folder);
        services.AddSingleton<IStoreEngine>(engine);
        services.AddDbContextFactory<StudioContext>(builder =>
        {
            engine.Configure(builder);
            configure?.Invoke(builder);
        });
        services.AddSingleton<StagedRestore>();
        services.AddSingleton<StudioDatabase>();
        services.AddSingleton<SettingStore>();
        services.AddSingleton<StoreWriter>();
        services.AddSingleton<RunStore>();
        services.AddSingleton<RunQueue>();
        services.AddSingleton<RunReader>();
        services.AddSingleton<RunTableReader>();
        services.AddSingleton<RunTableFill>();
        services.AddSingleton<RunTableViews>();
        services.AddSingleton<RunRemoval>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<RunIngest>();
        services.AddSingleton<MetricReader>();
        services.AddSingleton<LibraryStore>();
        services.AddSingleton<LibraryReader>();
        services.AddSingleton<JudgeReader>();
        services.AddSingleton<Comparer>();
        services.AddSingleton<RunVerdicts>();
        services.AddSingleton<ExampleComparer>();
        services.AddSingleton<StudyStore>();
        services.AddSingleton<StudyReader>();
        services.AddSingleton<ShareStudyStore>();
        services.AddSingleton<ShareStudyReader>();
        services.AddSingleton<ReviewPool>();
        services.AddSingleton<ReviewStore>();
        services.AddSingleton<ReviewVotes>();
        return services;
    }
}
