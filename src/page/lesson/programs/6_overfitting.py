few = torch.utils.data.Subset(training_set, range(1000))
few_loader = torch.utils.data.DataLoader(
    few, batch_size=8, shuffle=True)
others = torch.utils.data.Subset(validation_set, range(2000))
others_loader = torch.utils.data.DataLoader(
    others, batch_size=8)

long_model = GarmentClassifier()
adam = torch.optim.Adam(long_model.parameters(), lr=0.002)

history = []
for epoch in range(20):
    long_model.train()
    losses = []
    for inputs, labels in few_loader:
        adam.zero_grad()
        loss = loss_fn(long_model(inputs), labels)
        loss.backward()
        adam.step()
        losses.append(loss.item())
    vloss, _ = validate(long_model, others_loader)
    history.append(vloss)
    print(f"LOSS train {sum(losses) / len(losses)} valid {vloss}")

print("lowest after epoch", history.index(min(history)) + 1)
