def train_one_epoch():
    running_loss, last_loss = 0.0, 0.0
    for i, (inputs, labels) in enumerate(training_loader):
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
        if i % 1000 == 999:
            last_loss = running_loss / 1000
            running_loss = 0.0
    return last_loss

def validate(model, loader):
    model.eval()
    losses, right = [], 0
    with torch.no_grad():
        for inputs, labels in loader:
            outputs = model(inputs)
            losses.append(loss_fn(outputs, labels).item())
            right += (outputs.argmax(1) == labels).sum().item()
    return sum(losses) / len(losses), right / len(loader.dataset)

best_vloss = float("inf")
for epoch in range(5):
    model.train()
    avg_loss = train_one_epoch()
    avg_vloss, accuracy = validate(model, validation_loader)
    print(f"LOSS train {avg_loss} valid {avg_vloss}")
    print(f"accuracy {accuracy:.1%}")
    if avg_vloss < best_vloss:
        best_vloss = avg_vloss
        torch.save(model.state_dict(), "best.pt")
