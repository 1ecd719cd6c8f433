namespace MtlStudio.Web.Library;

internal static class LibraryServices
{
    /// <summary>Registers datasets, tasks, mixes and models as kept things, and what looks after them.</summary>
    public static IServiceCollection AddStudioLibrary(this IServiceCollection services)
    {
        services.AddSingleton<LibraryKeeper>();
        services.AddSingleton<DatasetLibrary>();
        services.AddSingleton<ModelLibrary>();
        services.AddSingleton<TaskLibrary>();
        services.AddSingleton<MixLibrary>();
        services.AddSingleton<TaskPreviews>();
        services.AddSingleton<MixPlans>();
        services.AddSingleton<RunEstimates>();
        services.AddSingleton<LibraryShelf>();
        services.AddSingleton<SampleShelf>();
        services.AddHostedService<LibraryUpkeep>();
        return services;
    }
}
