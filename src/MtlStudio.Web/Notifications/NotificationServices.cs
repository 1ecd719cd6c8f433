namespace MtlStudio.Web.Notifications;

/// <summary>Registers what tells people of runs.</summary>
internal static class NotificationServices
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        // A webhook that moved must be set anew: what is told of runs does not follow to other hosts.
        services.AddHttpClient(NotificationSender.ClientName, client => client.Timeout = Patience).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddSingleton<NotificationSender>();
        services.AddSingleton<NotificationJob>();
        services.AddSingleton<NotificationDesk>();
        services.AddSingleton<NotificationWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<NotificationWatch>());
        return services;
    }
}
